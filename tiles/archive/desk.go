package archive

import (
	"errors"
	"os"
	"strconv"

	"yiping/geo"
)

// Names of what a broken off writing leaves beside the file to be.
const (
	partSuffix    = ".part"
	journalSuffix = ".part.log"
)

// desk is a spool with its files, to be cleared away.
type desk struct {
	spool *spool
	plan  *plan
}

// openDesk begins a spool, or takes up the one that was left.
func openDesk(path string, p *plan) (*desk, error) {
	if !p.Resumable {
		f, err := createTemp(path)
		if err != nil {
			return nil, err
		}
		d := &desk{newSpool(f), p}
		d.spool.limit = uint64(p.MaxBytes)
		return d, nil
	}
	who, err := p.identity()
	if err != nil {
		return nil, err
	}
	data, err := openPart(path + partSuffix)
	if err != nil {
		return nil, err
	}
	log, err := openPart(path + journalSuffix)
	if err != nil {
		return nil, errors.Join(err, data.Close())
	}
	d := &desk{newSpool(data), p}
	d.spool.journal, d.spool.limit = &journal{file: log}, uint64(p.MaxBytes)
	if err := d.takeUp(path, who); err != nil {
		return nil, errors.Join(err, d.spool.close())
	}
	return d, nil
}

func openPart(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, geo.Wrap(geo.Invalid, err, "cannot write %s", path)
	}
	return f, nil
}

// takeUp restores what was drawn of the same, or begins anew.
func (d *desk) takeUp(path string, who identity) error {
	j := d.spool.journal
	was, pid, left := j.owner()
	if left && pid > 0 && pid != os.Getpid() && runs(pid) {
		return &geo.Error{Code: geo.Conflict, Message: "process " + strconv.Itoa(pid) + " is writing " + path,
			Mend: "wait for it; if it is another program by now, remove " + path + journalSuffix}
	}
	var err error
	if left && was == who {
		err = j.restore(d.spool)
	} else if err = d.spool.file.Truncate(0); err == nil {
		err = j.begin(who)
	}
	if err != nil {
		return geo.Wrap(geo.Unavailable, err, "cannot take up %s", path+partSuffix)
	}
	if d.plan.Begun != nil {
		d.plan.Begun(Begun{Resumed: d.spool.tiles, Discarded: left && was != who})
	}
	return nil
}

// leave clears the desk after a writing that ended with err. What is drawn stays
// when the writing was broken off, or the disk or the like failed; not after a
// mistake, which going on would not mend.
func (d *desk) leave(err error, brokenOff bool) error {
	s := d.spool
	keep := s.journal != nil && err != nil && (brokenOff || geo.CodeOf(err) != geo.NotFound)
	if keep {
		_ = errors.Join(s.journal.flush(s), s.journal.own(0)) // it is as far as it is
	}
	if e := s.close(); e != nil && err == nil && !errors.Is(e, os.ErrClosed) {
		err = geo.Wrap(geo.Unavailable, e, "cannot write the archive")
	}
	if keep {
		return err
	}
	names := []string{s.file.Name()}
	if s.journal != nil {
		names = append(names, s.journal.file.Name())
	}
	for _, name := range names {
		if e := os.Remove(name); e != nil && !errors.Is(e, os.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}
