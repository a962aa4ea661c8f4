"use strict";
(() => {
  const sheet = document.getElementById("sheet");
  const body = sheet.tBodies[0];
  const rows = Array.from(body.rows);
  const form = document.getElementById("sheet-controls");
  const told = document.getElementById("sheet-count");

  // Filter: a row stays when it has every word and suits every choice.
  const shownText = rows.map((row) => row.textContent.toLowerCase());
  const filter = () => {
    const words = form.elements.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, at) => {
      const fits = words.every((word) => shownText[at].includes(word))
        && ["operation", "budget", "answers"].every((name) => {
          const wanted = form.elements[name].value;
          return !wanted || row.dataset[name] === wanted;
        });
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    told.textContent = shown + " of " + rows.length + " access patterns shown";
  };
  for (const name of ["operation", "budget", "answers"]) {
    const choice = form.elements[name];
    for (const value of Array.from(new Set(rows.map((row) => row.dataset[name]))).sort()) {
      choice.add(new Option(value, value));
    }
  }
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  form.hidden = false;
  filter();

  // Sort: by the number that a cell holds, else by its text; three clicks bring the first order back.
  const key = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.value === undefined ? cell.textContent.trim() : Number(cell.dataset.value);
  };
  const compare = (a, b) => (typeof a === "number" && typeof b === "number"
    ? a - b : String(a).localeCompare(String(b), "en"));
  Array.from(sheet.tHead.rows[0].cells).forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const now = head.getAttribute("aria-sort");
      const next = now === null ? "ascending" : now === "ascending" ? "descending" : null;
      for (const other of sheet.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      const sorted = rows.slice();
      if (next !== null) {
        head.setAttribute("aria-sort", next);
        const turn = next === "ascending" ? 1 : -1;
        sorted.sort((a, b) => turn * compare(key(a, column), key(b, column)));
      }
      body.append(...sorted);
    });
  });

  // What an address or a printer wants to see is unfolded.
  const unfold = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let at = target; at; at = at.parentElement) {
      if (at.tagName === "DETAILS") at.open = true;
    }
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  if (location.hash) unfold();
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = Array.from(document.querySelectorAll("details:not([open])"));
    for (const one of folded) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of folded) one.open = false;
  });
})();
