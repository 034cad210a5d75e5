package bulletin

import "time"

// shanghai is the zone of the times that offices read.
var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)
