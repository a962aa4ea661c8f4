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
  // Sort: by the number that a cell holds, else by its text. Heads are pressed where there is room
  // for a table, and three clicks bring the first order back; else a choice does the same.
  const key = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.value === undefined ? cell.textContent.trim() : Number(cell.dataset.value);
  };
  const compare = (a, b) => (typeof a === "number" && typeof b === "number"
    ? a - b : String(a).localeCompare(String(b), "en"));
  const heads = Array.from(sheet.tHead.rows[0].cells);
  const sortBy = (column, next) => {
    for (const head of heads) head.removeAttribute("aria-sort");
    const sorted = rows.slice();
    if (next !== null) {
      heads[column].setAttribute("aria-sort", next);
      const turn = next === "ascending" ? 1 : -1;
      sorted.sort((a, b) => turn * compare(key(a, column), key(b, column)));
    }
    body.append(...sorted);
    form.elements.sort.value = next === null ? "" : column + " " + next;
  };
  const sortAsChosen = () => {
    const [column, next] = form.elements.sort.value.split(" ");
    sortBy(Number(column), next === undefined ? null : next);
  };
  heads.forEach((head, column) => {
    for (const [next, sign] of [["ascending", "↑"], ["descending", "↓"]]) {
      form.elements.sort.add(new Option(head.textContent + " " + sign, column + " " + next));
    }
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const now = head.getAttribute("aria-sort");
      sortBy(column, now === null ? "ascending" : now === "ascending" ? "descending" : null);
    });
  });
  form.addEventListener("input", (event) => (event.target.name === "sort" ? sortAsChosen() : filter()));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => {
    filter();
    sortAsChosen();
  }));
  form.hidden = false;
  filter();

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
