select * from lastro.main.policy
