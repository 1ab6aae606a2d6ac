from . import replicates as replicates, summaries as summaries
from .claim import (
    Claim as Claim,
    Finding as Finding,
    NotComputable as NotComputable,
    Quantity as Quantity,
    judge as judge,
)
from .registry import all_claims as all_claims
from .rules import (
    Rule as Rule,
    Verdict as Verdict,
    above as above,
    below as below,
    equals as equals,
)
from .run import Settings as Settings, check as check, check_all as check_all
