select *
from policy
wher value = 1
