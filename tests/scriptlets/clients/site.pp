# Twice in a row nothing may change.
service { 'web': ensure => running, enable => true, provider => systemd }
service { 'idle': ensure => stopped, enable => false, provider => systemd }
service { 'unwanted': ensure => stopped, enable => mask, provider => systemd }
service { 'other': ensure => running, enable => false, provider => systemd }
