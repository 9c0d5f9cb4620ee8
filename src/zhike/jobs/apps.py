from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "zhike.jobs"
    label = "jobs"
