from . import objectives as objectives
from .coded import CodedFromPrior as CodedFromPrior, from_prior as from_prior
from .declared import WithHoldout as WithHoldout, with_holdout as with_holdout
from .gaussians import GaussianNetwork as GaussianNetwork
from .splits import Split as Split, share_of as share_of, unseen_rows as unseen_rows
from .stochastic import (
    TrainedFromPrior as TrainedFromPrior,
    trained_from_prior as trained_from_prior,
)
from .ternaries import (
    TernaryFromPrior as TernaryFromPrior,
    read_relative as read_relative,
    ternary_from_prior as ternary_from_prior,
)
from .training import Training as Training
