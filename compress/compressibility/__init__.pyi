from . import limits as limits, norms as norms
from .limits import (
    Sizes as Sizes,
    gaussian_pruned_share as gaussian_pruned_share,
    limit_error as limit_error,
    pareto as pareto,
    pq_index_limit as pq_index_limit,
    pruned_shares as pruned_shares,
    rate_constant as rate_constant,
    width_for_error as width_for_error,
)
from .norms import (
    keep_for_error as keep_for_error,
    least_kept as least_kept,
    least_kept_of as least_kept_of,
    norm as norm,
    pq_index as pq_index,
    relative_error as relative_error,
    relative_errors as relative_errors,
    term_constant as term_constant,
    term_error_bound as term_error_bound,
    terms_within as terms_within,
    weak_norm as weak_norm,
)
