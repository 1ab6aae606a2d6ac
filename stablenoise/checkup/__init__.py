"""What ``stablenoise doctor`` asks a machine: a probe answers in lines, whatever happens in it."""
