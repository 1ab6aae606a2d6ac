from .densities import density as density
from .density_reports import DensityReport as DensityReport
from .estimators import estimator as estimator
from .findings import Finding as Finding
from .reports import EstimatorReport as EstimatorReport
from .sampler_reports import SamplerReport as SamplerReport
from .samplers import sample as sample
from .samplers import sampler as sampler
