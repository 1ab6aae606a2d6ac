"""Heavy-tailed SGD as an interacting particle system, on toy systems and real networks."""

from stablenoise.moved import keep_old_paths

__all__: list[str] = []

keep_old_paths("chaos")
