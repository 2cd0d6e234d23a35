"""Definitions of workbooks, one module per family; each adds itself to ``WORKBOOKS``."""
