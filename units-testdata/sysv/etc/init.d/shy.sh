#!/bin/sh
### BEGIN INIT INFO
# Provides: shy
# Required-Start: $local_fs
# Short-Description: Shy
### END INIT INFO
# usage {start|stop|reload|restart}
