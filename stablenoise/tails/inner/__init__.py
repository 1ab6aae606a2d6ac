"""What the members of this folder are made of: compiled searches, likelihoods and resampling."""
