"""Measurements beside hand-written references: `python -m benchmarks`. Each works on the ZHIKE_HOME it is given."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhike.config.settings")
django.setup()
