pivot policy on setting using max(value)
