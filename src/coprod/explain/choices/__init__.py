"""What else could be done with every need held at its best: other dates, other plans, other work shares."""
