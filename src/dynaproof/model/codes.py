"""The code of every error and finding, with its one-line meaning.

DP1xx the file and the language, DP2xx facts and SQL, DP3xx tables and items,
DP4xx access patterns, DP5xx the environment, DP6xx expectations of a run, DP7xx the design of a
model, DP8xx answers and items that are not what the facts imply.
``docs/reference/codes.md`` is generated from here.
"""

from __future__ import annotations

from enum import Enum


class Code(Enum):
    """``Code.X.value`` is the stable identifier, ``Code.X.meaning`` one line for people."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> Code:
        member = object.__new__(cls)
        member._value_ = value
        member.meaning = meaning
        return member

    # DP1xx: the file and the language
    FILE_UNREADABLE = "DP101", "The file cannot be read."
    YAML_SYNTAX = "DP102", "The file is not well-formed YAML."
    DUPLICATE_KEY = "DP103", "A mapping has the same key twice."
    UNKNOWN_KEY = "DP104", "A key is not part of the language."
    WRONG_TYPE = "DP105", "A value has the wrong type or is out of range."
    MISSING_KEY = "DP106", "A required key is missing."
    UNSUPPORTED_VERSION = "DP107", "The definition is for another version of the language."
    TEMPLATE_SYNTAX = "DP108", "A template is not well formed."
    TOO_LARGE = "DP109", "The file is larger or deeper than a definition may be."
    TEMPLATE_FILE = "DP110", "A CloudFormation or SAM template cannot be used."
    UNKNOWN_NAME = "DP111", "A name refers to nothing in this definition."
    CASE_FILE = "DP112", "A recorded capacity case cannot be run."
    SAVED_CASE = "DP113", "A saved counterexample cannot be used."
    BASELINE_FILE = "DP114", "A baseline cannot be used."
    REVISION = "DP115", "A file of a git revision cannot be read."
    RUN_FILE = "DP116", "The JSON of a run cannot be used."
    MAGIC = "DP117", "A line of '%dynaproof' cannot be understood."
    FOREIGN_FILE = "DP118", "A file of another tool cannot be used."
    EXPORT = "DP119", "A definition cannot be written in another tool's form."

    # DP2xx: facts and SQL
    UNKNOWN_ENTITY = "DP201", "An entity that is referred to does not exist."
    UNKNOWN_ATTRIBUTE = "DP202", "An attribute that is referred to does not exist."
    UNKNOWN_GENERATOR = "DP203", "There is no generator of this name, or it has no such option."
    CIRCULAR_ENTITIES = "DP204", "Entities refer to one another in a circle."
    TOO_MANY_ROWS = "DP205", "An entity would have more rows than the limit."
    NOT_ENOUGH_VALUES = "DP206", "Distinct or unique values are asked for and there are too few."
    DATASET = "DP207", "A dataset cannot be read."
    SQL_INVALID = "DP208", "The SQL is wrong."
    SQL_FORBIDDEN = "DP209", "The SQL may not do that."
    SQL_UNREPEATABLE = "DP210", "The SQL uses a function whose answer changes from run to run."

    # DP3xx: tables and items
    KEY_SCHEMA = "DP301", "The keys of a table or index are not valid for DynamoDB."
    QUOTA = "DP302", "A DynamoDB quota is exceeded."
    KEY_TEMPLATE_MISSING = "DP303", "An item type gives no template for a key attribute."
    TEMPLATE_COLUMN = "DP304", "A template names a column that its view does not have."
    KEY_MISSING = "DP305", "A key attribute is missing or empty."
    KEY_TOO_LONG = "DP306", "A key attribute is longer than DynamoDB allows."
    KEY_TYPE = "DP307", "A key attribute has another type than its table or index says."
    ITEM_TOO_LARGE = "DP308", "An item is larger than 400 KB."
    DUPLICATE_ITEM_KEY = "DP309", "Two items have the same key: one would overwrite the other."
    NUMBER_RANGE = "DP310", "A number is outside of what DynamoDB can store."
    ATTRIBUTE_TYPE = "DP311", "A value has a type that DynamoDB cannot store."

    # DP4xx: access patterns
    UNKNOWN_TABLE = "DP401", "An access pattern names a table that is not defined."
    UNKNOWN_INDEX = "DP402", "An access pattern names an index that the table does not have."
    CONSISTENT_READ_ON_GSI = "DP403", "A global secondary index has no consistent reads."
    UNKNOWN_PARAMETER = "DP404", "A template names a parameter that the pattern does not have."
    REQUEST_SHAPE = "DP405", "The request is not what this DynamoDB operation takes."
    EXPRESSION_SYNTAX = "DP406", "An expression is not well formed."
    EXPRESSION_NAMES = "DP407", "An expression and its names or values do not fit together."
    KEY_CONDITION = "DP408", "The key condition cannot be answered by this table or index."
    REQUEST_REFUSED = "DP409", "DynamoDB refused the request."
    NO_PARAMETER_VALUES = "DP410", "There are no facts to draw a parameter from."
    RESERVED_WORD = "DP411", "An expression uses a reserved word as an attribute name."
    EXPRESSION_REFUSED = "DP412", "An expression asks for what DynamoDB refuses."
    QUESTION_COLUMN = "DP413", "A question has a column that no returned item has."
    STRICT_KEYS = "DP414", "A question to be compared by keys has no column that is part of one."

    # DP5xx: the environment
    NO_JAVA = "DP501", "No usable Java runtime was found."
    DOWNLOAD = "DP502", "DynamoDB Local could not be obtained."
    DIGEST_MISMATCH = "DP503", "A downloaded file is not the one that was pinned."
    PORT_BUSY = "DP504", "The port is in use."
    SERVER_START = "DP505", "DynamoDB Local did not start."
    SERVER_DIED = "DP506", "The server stopped answering."
    ENDPOINT_REFUSED = "DP507", "The endpoint is not used without being asked twice."
    NO_SERVER = "DP508", "No server is running."
    ENDPOINT_ERROR = "DP509", "The endpoint answered with an error."
    TABLE_EXISTS = "DP510", "A table of this name exists already."
    TABLE_PROTECTED = "DP511", "The table is protected from deletion."
    NOT_OURS = "DP512", "The table was not created by dynaproof."
    OUTPUT = "DP513", "The output cannot be written."
    NO_SPACE = "DP514", "The facts do not fit into memory and temporary space."
    NO_EMULATOR = "DP515", "An emulator to compare with is not installed."
    NO_PDF = "DP516", "PDF cannot be written: WeasyPrint or Pango is missing."
    NOTEBOOK = "DP517", "A notebook cannot be made: Jupyter is missing, or a cell failed."

    # DP6xx: expectations of a run
    EXPECTATION_BROKEN = "DP601", "An expectation of an access pattern does not hold."
    UNEXPECTED_FAILURE = "DP602", "A request failed that was expected to succeed."
    EXPECTED_FAILURE_MISSING = "DP603", "A request succeeded that was expected to fail."
    UNKNOWN_DIFFERENCE = "DP604", "Measured capacity is not what the service would charge."
    DEARER = "DP605", "An access pattern costs more than its baseline."
    NO_LONGER_PREDICTED = "DP606", "A pattern of the baseline has no predicted units any more."

    # DP7xx: the design, found without a server; each has a rule in proof/design
    QUESTION_UNANSWERABLE = "DP701", "No key condition of the request can answer the question."
    FILTER_ON_KEY = "DP702", "A filter is on a key attribute."
    SCAN = "DP703", "A pattern scans a table or an index."
    LIMIT_BEFORE_FILTER = "DP704", "A limit counts items before the filter drops some of them."
    UNPADDED_NUMBER = "DP705", "A number stands unpadded in a sort key that is text."
    LOCAL_TIME = "DP706", "A sort key holds local time: its text order is not the order of time."
    KEYS_CAN_COLLIDE = "DP707", "Two items of different facts can have the same key."
    INDEX_READ_AFTER_WRITE = "DP708", "A flow reads a global secondary index after writing to it."
    INDEX_UNUSED = "DP709", "No access pattern uses an index."
    PROJECTED_UNREAD = "DP710", "An index holds attributes that nobody reads."
    NOT_PROJECTED = "DP711", "A pattern reads attributes that the index does not hold."
    ITEM_TYPE_UNREAD = "DP712", "No access pattern reads an item type."
    HANDLER_UNGUARDED = "DP713", "A stream handler writes without a guard against repetition."
    INDEX_KEY_TYPE = "DP714", "A request writes an index key attribute of the wrong type."
    FIXED_TIME_PREFIX = "DP715", "A key condition names a fixed time, such as the current year."
    COLLECTION_LIMIT = "DP716", "An item collection of a table with an LSI can pass 10 GB."
    UNORDERED_OPERATION = "DP717", "A question orders what the operation returns in no order."
    MIXED_KEY_FORMATS = "DP718", "One key is written in different formats."
    BATCH_NOT_ATOMIC = "DP719", "A batch writes items that belong together: it is no transaction."
    REPLACE_NOT_ATOMIC = "DP720", "An item is deleted and put again in separate requests."

    # DP8xx: what was answered or stored, held against the facts
    ROWS_MISSING = "DP801", "An answer lacks rows that the question has."
    ROWS_EXTRA = "DP802", "An answer has rows that the question does not have."
    WRONG_VALUE = "DP803", "An answer has a row with a wrong value."
    WRONG_ORDER = "DP804", "An answer has the right rows in the wrong order."
    WRONG_COUNT = "DP805", "A count is not the number of rows that the question has."
    ITEM_MISSING = "DP806", "After a write, an item is missing that the facts imply."
    ITEM_STALE = "DP807", "After a write, an item is not what the facts imply."
    ITEM_UNEXPECTED = "DP808", "After a write, there is an item that the facts do not imply."
    FAILED_WRITE_CHANGED = "DP809", "A write that failed left something changed."
    HANDLER_ENDLESS = "DP810", "A stream handler keeps setting itself off."
    HANDLER_REPEATED = "DP811", "A record delivered twice gives another result."
    HANDLER_LATE = "DP812", "Records delivered late or in a batch give another result."
    HANDLER_FAILED = "DP813", "A stream handler failed."
    RACE = "DP814", "Two flows at once leave what no order of the two would leave."
    # Likely causes of a counterexample
    KEY_COLLISION = "DP821", "Two facts share one key: one item overwrites the other."
    PREFIX_MATCH = "DP822", "A key condition matches longer values that begin alike."
    TEXT_ORDER = "DP823", "Text order of a sort key is not the order of its values."
    PAGE_NOT_FOLLOWED = "DP824", "The answer goes on on a page that is not read."
    FILTER_AFTER_LIMIT = "DP825", "The limit was used up by items that the filter dropped."
    STALE_INDEX = "DP826", "An index read before it caught up leads to a wrong state."
    LOST_UPDATE = "DP827", "One of two writes at once is lost."
    NOT_STORABLE = "DP828", "Facts that are allowed give an item that DynamoDB refuses."
    NOT_ACCEPTED = "DP829", "Facts that are allowed give a request that DynamoDB refuses."
