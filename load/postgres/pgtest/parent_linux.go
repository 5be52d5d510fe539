package pgtest

import "syscall"

// endWithParent has a server shut down when the test is killed.
func endWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGINT }
