package dev.varve.core.packages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.filetree.BytesContent;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.packages.Drift.Attribute;
import dev.varve.core.tar.Xattrs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DriftFinderTest {
  private static final Xattrs CAPABLE = Xattrs.of(Map.of("security.capability", new byte[20]));

  private static Inode file(int mode, long uid, long gid, Xattrs xattrs) {
    return Inode.file(mode, uid, gid, 0, xattrs, content("x"));
  }

  private static BytesContent content(String text) {
    return new BytesContent(text.getBytes(UTF_8));
  }

  private static PackageFile shipped(String path, int mode, String user, String capabilities) {
    return new PackageFile(
        path,
        OptionalInt.of(mode),
        user,
        "root",
        OptionalLong.empty(),
        FileDigest.of(FileDigest.Algorithm.SHA256, content("x").digest().hex()),
        "",
        capabilities);
  }

  private static InstalledPackage installed(
      PackageFormat format, String name, PackageFile... files) {
    return new InstalledPackage(format, name, "1", "", "", 0, List.of(), List.of(files));
  }

  private static List<Drift> drift(Inode inode, InstalledPackage... packages) throws IOException {
    return finder(inode, packages).found();
  }

  /** Returns the file with some attributes repaired, and collects what was repaired. */
  private static Inode repaired(
      Set<Repair> repairs, List<Drift> done, Inode inode, InstalledPackage... packages)
      throws IOException {
    FileTree tree = finder(inode, packages).repaired(repairs, done::add);
    return tree.find("usr/bin/a").orElseThrow();
  }

  private static DriftFinder finder(Inode inode, InstalledPackage... packages) throws IOException {
    FileTree.Builder tree = new FileTree.Builder();
    tree.put("usr/bin/a", inode);
    tree.put(
        "etc/passwd",
        Inode.file(0644, 0, 0, 0, Xattrs.EMPTY, content("root:x:0:0::/:\npolkitd:x:27:27::/:\n")));
    DriftFinder finder = new DriftFinder(tree.build());
    for (InstalledPackage each : packages) {
      finder.add(each);
    }
    return finder;
  }

  private static final InstalledPackage PLAIN =
      installed(PackageFormat.RPM, "plain", shipped("usr/bin/a", 0100755, "root", ""));

  @Test
  void aFileAsItsPackageShipsItHasNoDrift() throws IOException {
    assertThat(drift(file(0755, 0, 0, Xattrs.EMPTY), PLAIN)).isEmpty();
  }

  @Test
  void ownerModeAndCapabilitiesAreComparedEachForItself() throws IOException {
    assertThat(drift(file(04755, 27, 12, CAPABLE), PLAIN))
        .containsExactly(
            new Drift("usr/bin/a", "plain", Attribute.OWNER, "root:root", "polkitd:12"),
            new Drift("usr/bin/a", "plain", Attribute.MODE, "755", "4755"),
            new Drift("usr/bin/a", "plain", Attribute.CAPABILITIES, "none", "others"));
  }

  @Test
  void lostCapabilitiesAreNamed() throws IOException {
    InstalledPackage ping =
        installed(
            PackageFormat.RPM, "ping", shipped("usr/bin/a", 0100755, "root", "cap_net_raw=p"));
    assertThat(drift(file(0755, 0, 0, Xattrs.EMPTY), ping))
        .containsExactly(
            new Drift("usr/bin/a", "ping", Attribute.CAPABILITIES, "cap_net_raw=p", "none"));
    assertThat(drift(file(0755, 0, 0, CAPABLE), ping))
        .containsExactly(
            new Drift("usr/bin/a", "ping", Attribute.CAPABILITIES, "cap_net_raw=p", "others"));
    Xattrs raw =
        Xattrs.of(
            Map.of(
                "security.capability",
                HexFormat.of().parseHex("0000000200200000000000000000000000000000")));
    assertThat(drift(file(0755, 0, 0, raw), ping)).isEmpty();
  }

  @Test
  void onlyRpmKnowsCapabilities() throws IOException {
    InstalledPackage pacman =
        installed(PackageFormat.PACMAN, "a", shipped("usr/bin/a", 0100755, "root", ""));
    assertThat(drift(file(0755, 0, 0, CAPABLE), pacman)).isEmpty();
  }

  @Test
  void aPathMayBeAsAnyOfItsPackagesShipsIt() throws IOException {
    InstalledPackage other =
        installed(PackageFormat.RPM, "other", shipped("usr/bin/a", 0100700, "polkitd", ""));
    assertThat(drift(file(0755, 0, 0, Xattrs.EMPTY), other, PLAIN)).isEmpty();
    assertThat(drift(file(0700, 27, 0, Xattrs.EMPTY), PLAIN, other)).isEmpty();
  }

  @Test
  void anOwnerWhomTheImageDoesNotKnowIsNotCompared() throws IOException {
    InstalledPackage foreign =
        installed(PackageFormat.RPM, "a", shipped("usr/bin/a", 0100755, "nobodyknows", ""));
    assertThat(drift(file(0755, 5, 5, Xattrs.EMPTY), foreign)).isEmpty();
  }

  @Test
  void whatIsOfAnotherKindThanWasShippedIsNotCompared() throws IOException {
    Inode directory = Inode.directory(0700, 0, 0, 0, Xattrs.EMPTY);
    assertThat(drift(directory, PLAIN)).isEmpty();
    Inode pipe =
        Inode.special(Inode.Kind.FIFO, 0600, 5, 5, 0, Xattrs.EMPTY, new Inode.Device(0, 0));
    assertThat(drift(pipe, PLAIN)).isEmpty();
  }

  @Test
  void eachAttributeIsRepairedIfAskedFor() throws IOException {
    InstalledPackage ping =
        installed(
            PackageFormat.RPM, "ping", shipped("usr/bin/a", 0100755, "polkitd", "cap_net_raw=p"));
    Inode drifted = file(0644, 5, 5, Xattrs.EMPTY);
    List<Drift> done = new ArrayList<>();
    Inode all = repaired(EnumSet.allOf(Repair.class), done, drifted, ping);
    assertThat(all.mode()).isEqualTo(0755);
    assertThat(all.uid()).isEqualTo(27);
    assertThat(all.gid()).isZero();
    assertThat(all.xattrs().get("security.capability"))
        .hasValueSatisfying(value -> assertThat(value).hasSize(20));
    assertThat(done)
        .extracting(Drift::attribute)
        .containsExactly(Attribute.OWNER, Attribute.MODE, Attribute.CAPABILITIES);
    Inode modes = repaired(Set.of(Repair.MODES), new ArrayList<>(), drifted, ping);
    assertThat(modes.mode()).isEqualTo(0755);
    assertThat(modes.uid()).isEqualTo(5);
    assertThat(modes.xattrs()).isEqualTo(Xattrs.EMPTY);
  }

  @Test
  void aFileWithAnotherContentKeepsItsAttributes() throws IOException {
    Inode replaced = Inode.file(0600, 5, 5, 0, Xattrs.EMPTY, content("mine"));
    List<Drift> done = new ArrayList<>();
    assertThat(repaired(EnumSet.allOf(Repair.class), done, replaced, PLAIN)).isSameAs(replaced);
    assertThat(done).isEmpty();
  }

  @Test
  void capabilitiesThatNoPackageKnowsAreKept() throws IOException {
    Inode capable = file(0755, 0, 0, CAPABLE);
    assertThat(repaired(Set.of(Repair.CAPS), new ArrayList<>(), capable, PLAIN)).isSameAs(capable);
  }
}
