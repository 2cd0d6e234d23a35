from django.db import migrations


class Migration(migrations.Migration):
    """The bytes of filings are kept as they came: a workbook is packed already."""

    dependencies = [
        ("reporting", "0003_filed_lines_unpacked"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE reporting_filingcontent ALTER COLUMN content SET STORAGE EXTERNAL",
            "ALTER TABLE reporting_filingcontent ALTER COLUMN content SET STORAGE EXTENDED",
        ),
    ]
