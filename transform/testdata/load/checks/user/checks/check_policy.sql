select * from policy where value is null
