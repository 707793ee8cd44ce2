"""What is written of the results: tables, figures and pages."""
