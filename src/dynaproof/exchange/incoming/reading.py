"""The bytes of another tool's file -> the draft that its importer makes.

An importer is ``read_<format>(parsed: ParsedJson) -> Draft``, or ``(text, file) -> Draft`` where
the format is no JSON; ``file`` is the file's name without folders. It is entered here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from dynaproof.definition.yaml_text import parse_yaml
from dynaproof.exchange.draft import Draft
from dynaproof.exchange.foreign_json import ParsedJson, parse_json
from dynaproof.exchange.incoming.awslabs_model.data_model import read_awslabs_model
from dynaproof.exchange.incoming.awslabs_schema.schema import read_awslabs_schema
from dynaproof.exchange.incoming.cloudformation import read_cloudformation
from dynaproof.exchange.incoming.described_table import read_described_tables
from dynaproof.exchange.incoming.detection import FORMATS, ForeignFormat, recognised
from dynaproof.exchange.incoming.onetable.schema import read_onetable
from dynaproof.exchange.incoming.sheet.rows import read_sheet
from dynaproof.exchange.incoming.workbench.model import read_workbench
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, InputError, Place

_JSON_IMPORTERS: Mapping[str, Callable[[ParsedJson], Draft]] = {
    "awslabs": read_awslabs_model,
    "awslabs-schema": read_awslabs_schema,
    "cloudformation": read_cloudformation,
    "describe-table": read_described_tables,
    "onetable": read_onetable,
    "workbench": read_workbench,
}
_TEXT_IMPORTERS: Mapping[str, Callable[[str, str], Draft]] = {"sheet": read_sheet}
IMPORTED_FORMATS = (*_JSON_IMPORTERS, *_TEXT_IMPORTERS)
_TEMPLATE = re.compile(
    r"^(?:Resources|AWSTemplateFormatVersion)[ \t]*:"
    r"|\bType['\"]?[ \t]*:[ \t]*['\"]?AWS::(?:DynamoDB|Serverless)::",
    re.MULTILINE,
)
MOST_BYTES = 20_000_000


def read_foreign(
    content: bytes,
    file: str,
    format_: str | None = None,
    *,
    usage: tuple[bytes, str] | None = None,
) -> tuple[str, Draft]:
    """Read a file of another tool; gives the format's name and the draft.

    ``format_`` None: the format is told by the content. ``usage`` is content and name of the file
    of usage data that may go with a schema of awslabs. Raises InputError.
    """
    for given, name in ((content, file), *([usage] if usage else [])):
        if len(given) > MOST_BYTES:
            message = f"the file is larger than {MOST_BYTES // 1_000_000} MB"
            raise InputError.of(Code.TOO_LARGE, message, place=Place(name))
    if not content.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise InputError.of(Code.FOREIGN_FILE, "the file is empty", place=Place(file))
    wanted = next((one for one in FORMATS if one.name == format_), None)
    parsed, text = _parsed(content, file, wanted)
    found = wanted or recognised(parsed.value if parsed is not None else text)
    if found is None:
        raise InputError.of(
            Code.FOREIGN_FILE,
            "the file has none of the formats that can be imported",
            place=Place(file),
            hint="Say which one it is with --from: "
            + "; ".join(f"{one.name}, {one.title}" for one in FORMATS)
            + ".",
        )
    if found.name in _TEXT_IMPORTERS:
        return found.name, _TEXT_IMPORTERS[found.name](text, file)
    assert parsed is not None  # noqa: S101  only texts are not parsed
    if usage is not None:
        if found.name != "awslabs-schema":
            message = f"usage data goes with a schema of awslabs, not with {found.title}"
            raise InputError.of(Code.FOREIGN_FILE, message, place=Place(usage[1]))
        return found.name, read_awslabs_schema(parsed, parse_json(*usage))
    return found.name, _JSON_IMPORTERS[found.name](parsed)


def _parsed(
    content: bytes, file: str, wanted: ForeignFormat | None
) -> tuple[ParsedJson | None, str]:
    """The JSON value of a file, or of its YAML; else its text."""
    if wanted is not None and wanted.content == "json":
        return parse_json(content, file), ""
    text = decoded(content, file)
    if wanted is None or wanted.content != "text":
        if text.lstrip()[:1] in ("{", "["):
            try:
                return parse_json(content, file), ""
            except InputError:
                if wanted is not None or recognised(text) is None or text.lstrip()[:1] == "{":
                    raise
                return None, text  # a sheet whose first line begins with a link
        if wanted is not None or _TEMPLATE.search(text):
            return _parsed_yaml(text, file), ""
    return None, text


def _parsed_yaml(text: str, file: str) -> ParsedJson:
    parsed = parse_yaml(text, file, intrinsic_tags=True)
    if parsed.diagnostics:
        raise InputError(
            *(
                Diagnostic(Code.FOREIGN_FILE, one.message, one.place, one.hint)
                for one in parsed.diagnostics[:20]
            )
        )
    return ParsedJson(parsed.value, file)


def decoded(content: bytes, file: str) -> str:
    """The text of a file in UTF-8, or in UTF-16 with a byte order mark; raises InputError."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError.of(
            Code.FILE_UNREADABLE,
            f"the file is not UTF-8 text (byte {error.start})",
            place=Place(file),
            hint="Save it as UTF-8.",
        ) from error
    if "\0" in text:
        raise InputError.of(Code.FILE_UNREADABLE, "the file is no text", place=Place(file))
    return text.replace("\r\n", "\n").replace("\r", "\n")
