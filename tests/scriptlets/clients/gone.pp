service { ['web', 'other']: ensure => stopped, enable => false, provider => systemd }
service { 'unwanted': ensure => running, enable => true, provider => systemd }
