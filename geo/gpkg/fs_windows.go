package gpkg

import (
	"path/filepath"

	"golang.org/x/sys/windows"
)

// onNetwork names the kind of network drive a directory is on, "" for a local one.
func onNetwork(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	root, err := windows.UTF16PtrFromString(filepath.VolumeName(abs) + `\`)
	if err != nil {
		return "", err
	}
	if windows.GetDriveType(root) == windows.DRIVE_REMOTE {
		return "network drive", nil
	}
	return "", nil
}
