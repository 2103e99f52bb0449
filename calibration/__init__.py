"""How often claims about training hold under other seeds: the rows, one per claim and seed, and the table of them."""
