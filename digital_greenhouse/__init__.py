"""Digital Greenhouse as an installed package. In a clone, manage.py is the door."""
