"""Columns for what is sealed: each row gets a uuid, values get room, lookups get blind indexes."""

import uuid

from django.db import migrations, models

import zhike.kernel.vault.fields
from zhike.kernel.vault.migrating import AlterToSealed, fill_uuids


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_data_keys"), ("customers", "0003_collaborators")]

    operations = [
        migrations.RemoveIndex(
            model_name="contact",
            name="customers_contact_name",
        ),
        migrations.RemoveIndex(
            model_name="customer",
            name="customers_customer_name",
        ),
        migrations.RemoveIndex(
            model_name="customer",
            name="customers_customer_owner",
        ),
        migrations.RemoveIndex(
            model_name="customer",
            name="customers_customer_department",
        ),
        migrations.AddField(
            model_name="contact",
            name="uuid",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="customer",
            name="uuid",
            field=models.UUIDField(editable=False, null=True),
        ),
        fill_uuids("customers_customer"),
        fill_uuids("customers_contact"),
        migrations.AddField(
            model_name="contact",
            name="email_index",
            field=zhike.kernel.vault.fields.BlindIndexField(kind="email", of="email"),
        ),
        migrations.AddField(
            model_name="contact",
            name="phone_index",
            field=zhike.kernel.vault.fields.BlindIndexField(kind="phone", of="phone"),
        ),
        migrations.AddField(
            model_name="customer",
            name="name_index",
            field=zhike.kernel.vault.fields.BlindIndexField(indexed_when=("kind", "person"), kind="name", of="name"),
        ),
        AlterToSealed(
            model_name="contact",
            name="birthday",
            field=zhike.kernel.vault.fields.SealedDateField(
                blank=True, identity=("uuid",), null=True, purpose="customers", verbose_name="birthday"
            ),
        ),
        AlterToSealed(
            model_name="contact",
            name="email",
            field=zhike.kernel.vault.fields.SealedEmailField(
                blank=True, identity=("uuid",), max_length=254, purpose="customers", verbose_name="e-mail"
            ),
        ),
        AlterToSealed(
            model_name="contact",
            name="extra",
            field=zhike.kernel.vault.fields.SealedJSONField(
                blank=True, default=dict, identity=("uuid",), purpose="customers"
            ),
        ),
        AlterToSealed(
            model_name="contact",
            name="name",
            field=zhike.kernel.vault.fields.SealedCharField(
                identity=("uuid",), max_length=80, purpose="customers", verbose_name="name"
            ),
        ),
        AlterToSealed(
            model_name="contact",
            name="note",
            field=zhike.kernel.vault.fields.SealedTextField(
                blank=True, identity=("uuid",), purpose="customers", verbose_name="note"
            ),
        ),
        AlterToSealed(
            model_name="contact",
            name="phone",
            field=zhike.kernel.vault.fields.SealedCharField(
                blank=True, identity=("uuid",), max_length=40, purpose="customers", verbose_name="phone"
            ),
        ),
        AlterToSealed(
            model_name="contact",
            name="wechat",
            field=zhike.kernel.vault.fields.SealedCharField(
                blank=True, identity=("uuid",), max_length=80, purpose="customers", verbose_name="WeChat"
            ),
        ),
        AlterToSealed(
            model_name="customer",
            name="address",
            field=zhike.kernel.vault.fields.SealedCharField(
                blank=True, identity=("uuid",), max_length=200, purpose="customers", verbose_name="address"
            ),
        ),
        AlterToSealed(
            model_name="customer",
            name="extra",
            field=zhike.kernel.vault.fields.SealedJSONField(
                blank=True, default=dict, identity=("uuid",), purpose="customers"
            ),
        ),
        AlterToSealed(
            model_name="customer",
            name="name",
            field=zhike.kernel.vault.fields.SealedCharField(
                identity=("uuid",),
                max_length=200,
                purpose="customers",
                sealed_when=("kind", "person"),
                verbose_name="name",
            ),
        ),
        AlterToSealed(
            model_name="customer",
            name="note",
            field=zhike.kernel.vault.fields.SealedTextField(
                blank=True, identity=("uuid",), purpose="customers", verbose_name="note"
            ),
        ),
        # On SQLite these two copy their tables, and with them all of the above comes into force.
        migrations.AlterField(
            model_name="contact",
            name="uuid",
            field=models.UUIDField(default=uuid.uuid4, editable=False),
        ),
        migrations.AlterField(
            model_name="customer",
            name="uuid",
            field=models.UUIDField(default=uuid.uuid4, editable=False),
        ),
    ]
