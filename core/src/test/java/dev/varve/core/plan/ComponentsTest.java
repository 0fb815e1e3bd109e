package dev.varve.core.plan;

import static dev.varve.core.plan.TestTree.directory;
import static dev.varve.core.plan.TestTree.file;
import static dev.varve.core.plan.TestTree.symlink;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.packages.PackageFormat;
import dev.varve.core.tar.Xattrs;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The components that files of a tree are divided into. */
class ComponentsTest {
  private static final long MIB = 1 << 20;
  private static final String COMPONENT = "user.component";
  private final TestTree tree = new TestTree();

  @Test
  void anEmptyTreeHasNoComponents() {
    assertThat(tree.components()).isEmpty();
  }

  @Test
  void theStrongestClaimWins() throws IOException {
    tree.put("opt/app/by-xattr", file(2 * MIB, COMPONENT, "app"))
        .put("opt/app/by-file", file(2 * MIB))
        .put("opt/app/by-group", file(2 * MIB))
        .put("opt/app/by-package", file(2 * MIB))
        .put("opt/app/big", file(MIB))
        .put("opt/app/small", file(MIB - 1))
        .installed("grouped", List.of(), "opt/app/by-xattr", "opt/app/by-group")
        .installed("lone", List.of(), "opt/app/by-file", "opt/app/by-package")
        .groups(
            Groups.parse(
                """
                meta:
                  packaged: {packages: [grouped]}
                  filed: {files: [/opt/app/by-xattr, /opt/app/by-file]}
                """,
                "meta.yml"));

    assertThat(tree.owners())
        .isEqualTo(
            Map.of(
                "xattr:app", List.of("opt/app/by-xattr"),
                "group:filed", List.of("opt/app/by-file"),
                "group:packaged", List.of("opt/app/by-group"),
                "rpm:lone", List.of("opt/app/by-package"),
                "file:/opt/app/big", List.of("opt/app/big"),
                "dir:/opt/app", List.of("opt/app/small")));
  }

  @Test
  void theNameOfAPackageBeginsWithItsFormat() {
    tree.file("a").file("b").file("c").file("d");
    tree.installed("bash", List.of(), "a")
        .installed(PackageFormat.DEB, "bash", "bash", "b")
        .installed(PackageFormat.PACMAN, "bash", "bash", "c")
        .installed(PackageFormat.APK, "bash", "bash", "d");

    assertThat(tree.owners().keySet())
        .containsExactlyInAnyOrder("rpm:bash", "deb:bash", "pacman:bash", "apk:bash");
  }

  @Test
  void aComponentHasTheSourceOfItsPackagesIfAllHaveOne() throws Exception {
    tree.file("a").file("b").file("c").file("d").file("e");
    tree.installed("rpm", List.of(), "a")
        .installed(PackageFormat.DEB, "libc6", "glibc", "b")
        .installed(PackageFormat.DEB, "libc6", "glibc", "c")
        .installed(PackageFormat.DEB, "one", "x", "d")
        .installed(PackageFormat.DEB, "two", "y", "e")
        .groups(Groups.parse("meta:\n  both: {packages: [one, two]}\n", "meta.yml"));

    assertThat(tree.component("rpm:rpm").source()).isEmpty();
    assertThat(tree.component("deb:libc6").source()).isEqualTo("glibc");
    assertThat(tree.component("group:both").source()).isEmpty();
  }

  @Test
  void theComponentOfADirectoryHoldsForAllFilesBelowWithoutACloserComponent() {
    tree.dir("a", COMPONENT, "A")
        .dir("a/b", COMPONENT, "B")
        .file("a/file")
        .file("a/b/c/file")
        .put("a/b/own", file(10, COMPONENT, "own"))
        .put("a/b/link", symlink("nowhere"))
        .file("ab/file");

    assertThat(tree.owners())
        .isEqualTo(
            Map.of(
                "xattr:A", List.of("a/file"),
                "xattr:B", List.of("a/b/c/file", "a/b/link"),
                "xattr:own", List.of("a/b/own"),
                "dir:/ab", List.of("ab/file")));
  }

  @Test
  void theComponentOfTheRootHoldsForAllFilesWithoutAnotherComponent() {
    tree.put("", directory(COMPONENT, "all")).file("a/b").put("c", file(10, COMPONENT, "C"));

    assertThat(tree.owners())
        .isEqualTo(Map.of("xattr:all", List.of("a/b"), "xattr:C", List.of("c")));
  }

  @Test
  void packagesOfOneNameAreOneComponentWithBothChangelogs() {
    tree.file("usr/lib/libc.so")
        .file("usr/lib64/libc.so")
        .installed("glibc", "2-1", "i686", List.of(30L, 20L), "usr/lib/libc.so")
        .installed("glibc", "2-2", "x86_64", List.of(40L, 30L), "usr/lib64/libc.so");

    Component glibc = tree.component("rpm:glibc");
    assertThat(glibc.entries()).hasSize(2);
    assertThat(glibc.changelogTimes()).containsExactly(30L, 20L, 40L);
  }

  @Test
  void aGroupHasTheChangelogsOfItsPackages() throws IOException {
    tree.file("a")
        .file("b")
        .installed("kernel-core", List.of(10L), "a")
        .installed("kernel-modules", List.of(20L), "b")
        .groups(Groups.parse("meta: {kernel: {packages: [kernel-*]}}", "meta.yml"));

    assertThat(tree.component("group:kernel").changelogTimes()).containsExactly(10L, 20L);
  }

  @Test
  void aPathOfAPackageIsFoundThroughLinkedDirectories() {
    tree.put("lib", symlink("usr/lib")).file("usr/lib/a").installed("a", List.of(), "lib/a");

    assertThat(tree.owners()).containsEntry("rpm:a", List.of("usr/lib/a"));
  }

  @ParameterizedTest
  @CsvSource({
    "10000000, true, true",
    "9999999, true, false",
    "10000000, false, false",
  })
  void aGroupIsDedicatedOnRequestFromTenMegabytesOn(long size, boolean asked, boolean dedicated)
      throws IOException {
    tree.put("opt/app", file(size - 512))
        .groups(
            Groups.parse(
                "meta: {app: {files: [/opt/app], dedicated: %s}}".formatted(asked), "meta.yml"));

    assertThat(tree.component("group:app").size()).isEqualTo(size);
    assertThat(tree.component("group:app").dedicated()).isEqualTo(dedicated);
  }

  @ParameterizedTest
  @CsvSource({
    "usr/lib/modules/6.11.4-301.fc41.x86_64/initramfs.img, /usr/lib/modules/*/initramfs.img",
    "usr/lib/modules/6.8.0-45-generic/vmlinuz, /usr/lib/modules/*-generic/vmlinuz",
    "usr/lib/modules/5.14.0-503.el9.aarch64/initramfs.img, /usr/lib/modules/*/initramfs.img",
    "usr/lib/libLLVM.so.19.1, /usr/lib/libLLVM.so.*",
    "usr/lib64/libx264.so, /usr/lib64/libx264.so",
    "opt/app-2.0.1-rc1/app, /opt/app-*/app",
    "usr/lib/python3.13/a.pyc, /usr/lib/python*/a.pyc",
    "usr/share/x86_64/big, /usr/share/x86_64/big",
  })
  void aBigFileIsNamedWithoutTheVersionInItsPath(String path, String name) {
    tree.put(path, file(MIB));

    assertThat(tree.owners()).containsOnlyKeys("file:" + name);
  }

  @Test
  void aGeneratedFileIsAComponentAndSoIsADirectoryOfThem() {
    tree.file("var/lib/dpkg/status")
        .file("var/lib/dpkg/triggers/File")
        .file("var/lib/dpkg/triggers/Lock")
        .file("var/lib/dpkg/other/file")
        .file("usr/lib/modules/6.1.0-30-amd64/modules.dep")
        .put("var/lib/dpkg/triggers/big", file(MIB))
        .file("usr/bin/bash")
        .installed(PackageFormat.DEB, "bash", "bash", "usr/bin/bash");

    assertThat(tree.owners())
        .isEqualTo(
            Map.of(
                "file:/var/lib/dpkg/status",
                List.of("var/lib/dpkg/status"),
                "dir:/var/lib/dpkg/triggers",
                List.of("var/lib/dpkg/triggers/File", "var/lib/dpkg/triggers/Lock"),
                "file:/var/lib/dpkg/triggers/big",
                List.of("var/lib/dpkg/triggers/big"),
                "dir:/var/lib/dpkg",
                List.of("var/lib/dpkg/other/file"),
                "file:/usr/lib/modules/*/modules.dep",
                List.of("usr/lib/modules/6.1.0-30-amd64/modules.dep"),
                "deb:bash",
                List.of("usr/bin/bash")));
  }

  @Test
  void aGeneratedFileOfAPackageIsThePackages() {
    tree.file("etc/ld.so.cache").installed(PackageFormat.DEB, "a", "a", "etc/ld.so.cache");

    assertThat(tree.owners()).containsOnlyKeys("deb:a");
  }

  @Test
  void generatedFilesOfAnImageOfRpmAreGroupedByDirectory() {
    tree.file("etc/ld.so.cache")
        .file("var/lib/dpkg/triggers/File")
        .installed("a", List.of())
        .installed(PackageFormat.DEB, "b", "b");

    assertThat(tree.owners()).containsOnlyKeys("dir:/etc", "dir:/var/lib/dpkg");
  }

  @Test
  void twoVersionsOfABigFileAreOneComponent() {
    tree.put("usr/lib/modules/6.11.4-301.fc41.x86_64/initramfs.img", file(MIB))
        .put("usr/lib/modules/6.11.5-302.fc41.x86_64/initramfs.img", file(MIB + 1));

    assertThat(tree.component("file:/usr/lib/modules/*/initramfs.img").entries()).hasSize(2);
  }

  @Test
  void veryLongVersionsAreReplaced() {
    tree.put("a".repeat(200) + "1.1" + "-1".repeat(50_000), file(MIB))
        .put("b" + "1".repeat(20_000), file(MIB));

    assertThat(tree.owners())
        .containsOnlyKeys("file:/" + "a".repeat(200) + "*", "file:/b" + "1".repeat(20_000));
  }

  @Test
  void otherFilesAreGroupedByDirectoryAtMostThreeDeep() {
    tree.file("top")
        .file("etc/passwd")
        .file("usr/share/icons/a")
        .file("usr/share/icons/hicolor/48x48/b")
        .file("usr/lib/python3.13/site-packages/c");

    assertThat(tree.owners())
        .isEqualTo(
            Map.of(
                "dir:/", List.of("top"),
                "dir:/etc", List.of("etc/passwd"),
                "dir:/usr/share/icons",
                    List.of("usr/share/icons/a", "usr/share/icons/hicolor/48x48/b"),
                "dir:/usr/lib/python*", List.of("usr/lib/python3.13/site-packages/c")));
  }

  @Test
  void linksDevicesAndPipesHaveOwners() {
    tree.put("usr/a", symlink("b"))
        .put("usr/null", special(Inode.Kind.CHARACTER_DEVICE))
        .put("usr/pipe", special(Inode.Kind.FIFO));

    assertThat(tree.owners())
        .isEqualTo(Map.of("dir:/usr", List.of("usr/a", "usr/null", "usr/pipe")));
  }

  @Test
  void hardLinksShareTheStrongestClaimAmongTheirNames() {
    Inode shared = file(10);
    Inode named = file(11);
    tree.put("etc/a", shared)
        .put("usr/bin/a", shared)
        .put("var/a", shared)
        .installed("tool", List.of(), "usr/bin/a", "usr/bin/b")
        .put("usr/bin/b", named)
        .put("opt/app/b", named)
        .dir("opt/app", COMPONENT, "app");

    assertThat(tree.owners())
        .isEqualTo(
            Map.of(
                "rpm:tool", List.of("etc/a", "usr/bin/a", "var/a"),
                "xattr:app", List.of("opt/app/b", "usr/bin/b")));
  }

  @Test
  void ofEquallyStrongClaimsOnHardLinksTheClaimOfTheFirstPathWins() {
    Inode shared = file(10);
    tree.put("b/x", shared)
        .put("a/x", shared)
        .installed("zsh", List.of(), "a/x")
        .installed("bash", List.of(), "b/x");

    assertThat(tree.owners()).isEqualTo(Map.of("rpm:zsh", List.of("a/x", "b/x")));
  }

  @Test
  void aHardLinkedFileCountsOnceAndEachNameHasAHeader() {
    Inode shared = file(1000);
    tree.put("etc/a", shared).put("etc/b", shared).put("etc/c", symlink("a"));

    assertThat(tree.component("dir:/etc").size()).isEqualTo(1000 + 3 * 512);
  }

  @Test
  void directoriesThatAreNoParentsOfFilesAreAComponent() {
    tree.dir("proc").dir("var/lib/empty/deep").dir("var/log").file("etc/file").dir("etc/empty");

    Component directories = tree.component(Component.DIRECTORIES);
    assertThat(directories.entries().stream().map(FileTree.Entry::path))
        .containsExactly("etc/empty", "proc", "var/lib/empty/deep", "var/log");
    assertThat(directories.dedicated()).isTrue();
    assertThat(directories.size()).isEqualTo(4 * 512);
    assertThat(tree.owners()).containsOnlyKeys("directories", "dir:/etc");
  }

  @Test
  void theRootIsNoComponent() {
    tree.put("", Inode.directory(0555, 0, 0, 0, Xattrs.EMPTY));

    assertThat(tree.components()).isEmpty();
  }

  @Test
  void namesThatAreNotUtf8AreDistinctAndPrintable() {
    tree.put("a\uDCE9", file(MIB))
        .put("a\uDCEA", file(MIB))
        .put("a%E9", file(MIB))
        .put("aé", file(MIB))
        .put("a b\n\u007F", file(MIB))
        .put("a😀", file(MIB));

    assertThat(tree.owners())
        .containsOnlyKeys(
            "file:/a%E9",
            "file:/a%EA", "file:/a%25E9", "file:/aé", "file:/a%20b%0A%7F", "file:/a😀");
  }

  @Test
  void componentsAreSortedByNameWithTheDirectoriesLast() {
    tree.dir("proc").file("etc/a").put("z", file(10, COMPONENT, "a")).put("b", file(MIB));

    assertThat(tree.components().stream().map(Component::name))
        .containsExactly("dir:/etc", "file:/b", "xattr:a", "directories");
  }

  private static Inode special(Inode.Kind kind) {
    return Inode.special(kind, 0600, 0, 0, 0, Xattrs.EMPTY, new Inode.Device(0, 0));
  }
}
