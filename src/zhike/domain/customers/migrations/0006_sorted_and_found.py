"""What sorts and finds the rows, now that names are sealed; the search of SQLite is made anew with its tables."""

from django.db import migrations, models

from zhike.kernel.search_index import RestoreSearchIndex


class Migration(migrations.Migration):
    dependencies = [("customers", "0005_seal_rows")]

    operations = [
        migrations.AddField(
            model_name="customer",
            name="sort_name",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(kind="person", then=models.F("number")),
                    default=models.F("name"),
                    output_field=models.TextField(),
                ),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("phone_index", ""), _negated=True),
                fields=["phone_index"],
                name="customers_contact_phone",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("email_index", ""), _negated=True),
                fields=["email_index"],
                name="customers_contact_email",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["sort_name", "id"], name="customers_customer_sorted"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("name_index", ""), _negated=True),
                fields=["name_index"],
                name="customers_customer_person",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["owner", "sort_name", "id"], name="customers_customer_owned"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["department", "sort_name", "id"], name="customers_customer_placed"),
        ),
        RestoreSearchIndex("customers_customer"),
        RestoreSearchIndex("customers_contact"),
    ]
