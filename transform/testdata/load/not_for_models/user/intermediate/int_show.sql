summarize policy
