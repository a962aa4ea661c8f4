"""All rules of design, in the order of their codes."""

from __future__ import annotations

from dynaproof.model.codes import Code
from dynaproof.proof.design.finding import Rule
from dynaproof.proof.design.rules.collections import growing_collections
from dynaproof.proof.design.rules.collisions import colliding_keys
from dynaproof.proof.design.rules.flows import (
    batches_of_one_change,
    index_reads_after_writes,
    replacements,
)
from dynaproof.proof.design.rules.handlers import unguarded_handlers
from dynaproof.proof.design.rules.index_key_types import index_key_types
from dynaproof.proof.design.rules.indexes import (
    not_projected,
    projected_unread,
    unused_indexes,
)
from dynaproof.proof.design.rules.item_types import question_columns, unread_item_types
from dynaproof.proof.design.rules.key_formats import mixed_formats
from dynaproof.proof.design.rules.number_order import unpadded_numbers
from dynaproof.proof.design.rules.questions import unanswerable_questions
from dynaproof.proof.design.rules.scans import (
    filters_on_keys,
    limits_before_filters,
    scans,
    unordered_operations,
)
from dynaproof.proof.design.rules.times import fixed_times, local_times

RULES: tuple[Rule, ...] = (
    Rule(Code.QUESTION_COLUMN, question_columns),
    Rule(Code.QUESTION_UNANSWERABLE, unanswerable_questions),
    Rule(Code.FILTER_ON_KEY, filters_on_keys),
    Rule(Code.SCAN, scans),
    Rule(Code.LIMIT_BEFORE_FILTER, limits_before_filters),
    Rule(Code.UNPADDED_NUMBER, unpadded_numbers),
    Rule(Code.LOCAL_TIME, local_times),
    Rule(Code.KEYS_CAN_COLLIDE, colliding_keys),
    Rule(Code.INDEX_READ_AFTER_WRITE, index_reads_after_writes),
    Rule(Code.INDEX_UNUSED, unused_indexes),
    Rule(Code.PROJECTED_UNREAD, projected_unread),
    Rule(Code.NOT_PROJECTED, not_projected),
    Rule(Code.ITEM_TYPE_UNREAD, unread_item_types),
    Rule(Code.HANDLER_UNGUARDED, unguarded_handlers),
    Rule(Code.INDEX_KEY_TYPE, index_key_types),
    Rule(Code.FIXED_TIME_PREFIX, fixed_times),
    Rule(Code.COLLECTION_LIMIT, growing_collections),
    Rule(Code.UNORDERED_OPERATION, unordered_operations),
    Rule(Code.MIXED_KEY_FORMATS, mixed_formats),
    Rule(Code.BATCH_NOT_ATOMIC, batches_of_one_change),
    Rule(Code.REPLACE_NOT_ATOMIC, replacements),
)
