package gpkg

import "syscall"

// onNetwork names the network file system a directory is on, "" for a local one.
func onNetwork(dir string) (string, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return "", err
	}
	return map[uint32]string{ // magic numbers of statfs(2)
		0x6969: "NFS", 0x517B: "SMB", 0xFF534D42: "CIFS", 0xFE534D42: "SMB2", 0x01021997: "9P",
		0x564C: "NCP", 0x5346414F: "AFS", 0x73757245: "Coda", 0x00C36400: "Ceph", 0x0BD00BD0: "Lustre", 0x47504653: "GPFS",
	}[uint32(st.Type)], nil
}
