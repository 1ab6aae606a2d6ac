"""How much larger is a loss of probability 1e-9 if the law is stable rather than Gaussian?

Quantiles far out, the probability of exceeding them again, and what one draw tells about the index.
"""

from stablenoise import Stable, law

gauss = Stable(2.0)
print(f"{'alpha':>6}{'loss at 1e-3':>15}{'at 1e-9':>15}{'over the Gaussian':>19}")
for alpha in (2.0, 1.9, 1.7, 1.5):
    stable = Stable(alpha, beta=0.5)
    usual, rare = stable.isf(1e-3), stable.isf(1e-9)
    assert abs(stable.sf(rare) / 1e-9 - 1) < 1e-9
    print(f"{alpha:6}{usual:15.6g}{rare:15.6g}{rare / gauss.isf(1e-9):19.1f}")

information = law.fisher_information(1.7, 0.5)
print(f"standard error of alpha from 10,000 draws at 1.7: {information[0, 0] ** -0.5 / 100:.4f}")
