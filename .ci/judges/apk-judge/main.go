// Command apk-judge reads and writes apk's database of installed packages with the library of apko, which
// builds images of Wolfi and Alpine.
//
//	apk-judge list FILE             prints a line for each package of a database: its name, version,
//	                                architecture, origin and build time; and below it a line for each
//	                                path, with "dir" or "file" in front. Tabs are between all.
//	apk-judge install ROOT APK ...  installs packages into a new root, in this order
package main

import (
	"archive/tar"
	"context"
	"fmt"
	"os"

	"github.com/chainguard-dev/go-apk/pkg/apk"
	"github.com/chainguard-dev/go-apk/pkg/fs"
)

func main() {
	var err error
	switch {
	case len(os.Args) == 3 && os.Args[1] == "list":
		err = list(os.Args[2])
	case len(os.Args) > 3 && os.Args[1] == "install":
		err = install(os.Args[2], os.Args[3:])
	default:
		err = fmt.Errorf("expected list FILE or install ROOT APK ...")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "apk-judge:", err)
		os.Exit(1)
	}
}

func list(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	packages, err := apk.ParseInstalled(file)
	if err != nil {
		return err
	}
	for _, p := range packages {
		fmt.Printf("%s\t%s\t%s\t%s\t%d\n", p.Name, p.Version, p.Arch, p.Origin, p.BuildDate)
		for _, entry := range p.Files {
			kind := "file"
			if entry.Typeflag == tar.TypeDir {
				kind = "dir"
			}
			fmt.Printf("%s\t%s\n", kind, entry.Name)
		}
	}
	return nil
}

// localPackage is a package in a file.
type localPackage struct {
	*apk.Package
	path string
}

// URL returns the path, as the library wants it of a package in a file.
func (p localPackage) URL() string {
	return p.path
}

func install(root string, paths []string) error {
	ctx := context.Background()
	into, err := apk.New(apk.WithFS(fs.DirFS(root)), apk.WithArch("x86_64"), apk.WithIgnoreMknodErrors(true))
	if err != nil {
		return err
	}
	if err := into.InitDB(ctx); err != nil {
		return err
	}
	var packages []apk.InstallablePackage
	for _, path := range paths {
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		known, err := apk.ParsePackage(ctx, file)
		file.Close()
		if err != nil {
			return err
		}
		packages = append(packages, localPackage{known, path})
	}
	return into.InstallPackages(ctx, nil, packages)
}
