"""Outcomes as JUnit XML, in the form of Jenkins' junit-10.xsd.

The same outcomes give the same bytes: there are no times and no host names in it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from xml.etree import ElementTree as Xml

from dynaproof.report.outcome import Case, Outcome, State

_ELEMENTS: dict[State, str] = {"failed": "failure", "error": "error", "skipped": "skipped"}
# https://www.w3.org/TR/xml/#charsets: what XML cannot hold, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(outcomes: Sequence[Outcome]) -> bytes:
    """A test suite for each definition, a test case for each access pattern."""
    suites = [_suite(one) for one in outcomes]
    root = Xml.Element("testsuites", name="dynaproof")
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    root.extend(suites)
    Xml.indent(root)
    document: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _suite(outcome: Outcome) -> Xml.Element:
    states = Counter(case.state for case in outcome.cases)
    suite = Xml.Element(
        "testsuite",
        name=_text(outcome.name),
        tests=str(len(outcome.cases)),
        failures=str(states["failed"]),
        errors=str(states["error"]),
        skipped=str(states["skipped"]),
        file=_text(outcome.file),
    )
    properties = Xml.SubElement(suite, "properties")
    for name, value in {"command": outcome.command, **outcome.properties}.items():
        Xml.SubElement(properties, "property", name=name, value=_text(value))
    suite.extend(_case(case, outcome) for case in outcome.cases)
    _output(suite, outcome.said)
    return suite


def _case(case: Case, outcome: Outcome) -> Xml.Element:
    # Readers split the class at its dots, and show the same case of two commands apart.
    place = f"{outcome.name.replace('.', '-')}.{outcome.command}"
    element = Xml.Element("testcase", name=_text(case.name), classname=_text(place))
    if case.state != "passed":
        kind = {"type": case.code} if case.code else {}
        told = Xml.SubElement(
            element, _ELEMENTS[case.state], {"message": _text(case.message), **kind}
        )
        told.text = _text(case.text) or None
    if case.remarks:
        _output(element, case.remarks)
    return element


def _output(element: Xml.Element, text: str) -> None:
    Xml.SubElement(element, "system-out").text = _text(text)


def _text(text: str) -> str:
    return _NOT_XML.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
