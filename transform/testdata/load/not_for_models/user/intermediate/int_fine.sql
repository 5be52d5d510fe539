select * from policy, range(3) as days (day), unnest([1, 2]) as numbers (number), generate_series(1, 2)
