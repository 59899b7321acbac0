<?php
$db = new mysqli(null, "www-data", null, "page");
$n = $db->query("select n from t")->fetch_row()[0];
$redis = new Redis();
$redis->connect("127.0.0.1", 6379);
echo "mariadb $n redis " . $redis->incr("hits") . "\n";
