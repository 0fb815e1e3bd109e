package dev.varve.core.lint;

import dev.varve.core.boot.Initramfs;
import dev.varve.core.boot.Initramfs.Member;
import dev.varve.core.bytes.NameList;
import dev.varve.core.bytes.PlainText;
import dev.varve.core.bytes.Quantity;
import dev.varve.core.filetree.Content;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.packages.PackageFormat;
import dev.varve.core.update.FileChange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Finds an initramfs that differs from that of the previous image for the same kernel. */
final class ChangedInitramfs implements Rule {
  @Override
  public String name() {
    return "initramfs";
  }

  @Override
  public Severity severity() {
    return Severity.WARNING;
  }

  @Override
  public String title() {
    return "An initramfs is the largest file that builds make themselves: it should change only with what it is made of.";
  }

  @Override
  public List<String> cure(Set<PackageFormat> formats) {
    return List.of(
        "# dracut",
        "RUN kver=$(ls /usr/lib/modules) && dracut --reproducible --no-hostonly --force --kver $kver /usr/lib/modules/$kver/initramfs.img",
        "# initramfs-tools: SOURCE_DATE_EPOCH makes it reproducible",
        "RUN SOURCE_DATE_EPOCH=0 update-initramfs -u");
  }

  @Override
  public void check(LintedImage image, Findings findings) throws IOException {
    for (LintedImage.Changed change : image.changes()) {
      String path = change.file().path();
      Optional<Content> after = image.tree().find(path).flatMap(Inode::content);
      Optional<Content> before = image.before(path).flatMap(Inode::content);
      if (change.file().kind() == FileChange.Kind.CONTENT
          && PLACE.matcher(path).matches()
          && before.isPresent()
          && after.isPresent()
          && !hasNewKernel(path, image)) {
        findings.add(path, image.compressed(path), difference(path, before.get(), after.get()));
      }
    }
  }

  private static final int MOST_NAMES = 5;

  private static final Pattern PLACE =
      Pattern.compile(
          "usr/lib/modules/[^/]+/(?:initramfs|initrd)[^/]*|boot/(?:initramfs|initrd)[^/]*");

  /** Returns whether the kernel changed as well: an initramfs has its modules. */
  private static boolean hasNewKernel(String path, LintedImage image) {
    return image.changes().stream()
        .map(change -> change.file().path())
        .anyMatch(
            changed ->
                path.startsWith("boot/")
                    ? changed.contains("/vmlinuz")
                    : changed.equals(FileTree.parent(path) + "/vmlinuz"));
  }

  private static boolean isRead(Initramfs initramfs) {
    return List.of("gzip", "zstd", "none").contains(initramfs.compression());
  }

  private static String difference(String path, Content before, Content after) {
    Initramfs old;
    Initramfs now;
    try {
      old = Initramfs.read(before, "the previous /" + path);
      now = Initramfs.read(after, "/" + path);
    } catch (IOException e) {
      return "the kernel is the same; what differs inside can't be told: " + e.getMessage();
    }
    List<String> facts = new ArrayList<>();
    if (!old.compression().equals(now.compression())) {
      facts.add(
          "compressed by " + old.compression() + " before, and by " + now.compression() + " now");
    } else if (!old.stamp().equals(now.stamp()) && now.stamp().orElse(0) != 0) {
      facts.add("gzip's header has another time: gzip -n writes none");
    }
    if (isRead(old) && isRead(now)) {
      facts.addAll(members(old.members(), now.members()));
    }
    if (facts.isEmpty() && !old.order().equals(now.order())) {
      facts.add("its members are in another order");
    }
    if (old.early() != now.early()) {
      facts.add(
          "the early archive, with microcode, has "
              + Quantity.of(now.early(), "member")
              + ", and had "
              + old.early());
    }
    if (facts.isEmpty()) {
      facts.add(
          isRead(now)
              ? "all members are the same, but not how they are compressed"
              : "compressed by " + now.compression() + ", which Varve does not look into");
    }
    return "the kernel is the same: " + String.join("; ", facts);
  }

  private static List<String> members(Map<String, Member> old, Map<String, Member> now) {
    Set<String> names = new TreeSet<>(old.keySet());
    names.addAll(now.keySet());
    List<String> other = new ArrayList<>();
    List<String> modes = new ArrayList<>();
    List<String> times = new ArrayList<>();
    for (String name : names) {
      Member before = old.get(name);
      Member after = now.get(name);
      if (before == null || after == null || !before.content().equals(after.content())) {
        other.add(
            PlainText.of(name) + (before == null ? " (new)" : after == null ? " (gone)" : ""));
      } else if (before.mode() != after.mode()) {
        modes.add(PlainText.of(name));
      } else if (!before.equals(after)) {
        times.add(PlainText.of(name));
      }
    }
    List<String> facts = new ArrayList<>();
    if (!other.isEmpty()) {
      facts.add(
          Quantity.of(other.size(), "member", "differs", "differ")
              + " of "
              + now.size()
              + ": "
              + NameList.first(MOST_NAMES, other));
    }
    add(facts, modes, "another mode");
    add(facts, times, "another time");
    return facts;
  }

  private static void add(List<String> facts, List<String> members, String what) {
    if (!members.isEmpty()) {
      facts.add(
          Quantity.of(members.size(), "member", "has", "have")
              + " "
              + what
              + ": "
              + NameList.first(MOST_NAMES, members));
    }
  }
}
