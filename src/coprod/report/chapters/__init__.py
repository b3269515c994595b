"""The chapters of the report, one module per question; to add one: a module, its texts, its place here."""
