from django.db import migrations

from zhike.kernel.search_index import CreateSearchIndex


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [CreateSearchIndex("customers_customer"), CreateSearchIndex("customers_contact")]
