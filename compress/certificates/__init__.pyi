from . import inequalities as inequalities, priors as priors, ternary as ternary
from .bundles.checking import verified as verified
from .bundles.making import bundled as bundled, prior_null as prior_null
from .bundles.reading import read_bundle as read_bundle, write_bundle as write_bundle
from .bundles.samples import NamedSample as NamedSample, named_sample as named_sample
from .bundles.values import Bundle as Bundle, PriorNull as PriorNull
from .certificate import (
    Charge as Charge,
    MonteCarlo as MonteCarlo,
    RiskCertificate as RiskCertificate,
    elias_gamma_bits as elias_gamma_bits,
    occam as occam,
    pac_bayes as pac_bayes,
    printed_risk as printed_risk,
)
from .disagreements import Disagreement as Disagreement, disagreement as disagreement
from .information import jensen_shannon_bits as jensen_shannon_bits, min_bits as min_bits
from .nulls import holdout as holdout
from .picking import Look as Look, Picked as Picked, pick_to_learn as pick_to_learn
from .posterior import (
    Noise as Noise,
    noise_gain as noise_gain,
    permutation_bits as permutation_bits,
    uniform_divergence as uniform_divergence,
    weighted_divergence as weighted_divergence,
    word_divergences as word_divergences,
)
from .priors.coded import from_prior as from_prior
from .priors.splits import Split as Split
from .sample import Sample as Sample, distinct as distinct
from .search import (
    Encoded as Encoded,
    certified as certified,
    certify as certify,
    prune_quantise_encode as prune_quantise_encode,
)
from .subsets import (
    preferent_compression as preferent_compression,
    sample_compression as sample_compression,
)
from .trial import Setting as Setting
