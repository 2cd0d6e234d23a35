from django.db import migrations


class Migration(migrations.Migration):
    """Lines of filings are kept as they are: packing them took longer than all else of keeping a filing."""

    dependencies = [
        ("reporting", "0002_filing_told"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE reporting_filingcontent ALTER COLUMN lines SET STORAGE EXTERNAL",
            "ALTER TABLE reporting_filingcontent ALTER COLUMN lines SET STORAGE EXTENDED",
        ),
    ]
