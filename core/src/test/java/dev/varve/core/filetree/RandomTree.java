package dev.varve.core.filetree;

import dev.varve.core.bytes.LosslessUtf8;
import dev.varve.core.tar.Xattrs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Makes random trees: with odd names, hard links, attributes and files of every kind. */
final class RandomTree {
  private final Random random;
  private final FileTree.Builder tree = new FileTree.Builder();
  private final List<String> directories = new ArrayList<>(List.of(""));
  private final List<Inode> files = new ArrayList<>();

  private RandomTree(Random random) {
    this.random = random;
  }

  static FileTree of(Random random) {
    RandomTree growing = new RandomTree(random);
    int count = random.nextInt(40);
    for (int i = 0; i < count; i++) {
      growing.add();
    }
    return growing.tree.build();
  }

  private void add() {
    String directory = directories.get(random.nextInt(directories.size()));
    String path = (directory.isEmpty() ? "" : directory + "/") + name();
    if (tree.find(path).isPresent()) {
      return;
    }
    Inode inode = inode();
    tree.put(path, inode);
    if (inode.isDirectory()) {
      directories.add(path);
    } else {
      files.add(inode);
    }
  }

  private Inode inode() {
    int mode = random.nextInt(010000);
    long uid = random.nextBoolean() ? 0 : random.nextInt(70_000) * 61_000L;
    long gid = random.nextInt(3_000_000);
    long mtime = random.nextBoolean() ? random.nextInt() : random.nextLong() >> 20;
    Xattrs xattrs = xattrs();
    Inode.Device device = new Inode.Device(random.nextInt(1 << 12), random.nextInt(1 << 20));
    return switch (random.nextInt(9)) {
      case 0, 1 -> Inode.directory(mode, uid, gid, mtime, xattrs);
      case 2 -> Inode.symlink(0777, uid, gid, mtime, xattrs, name() + "/../" + name());
      case 3 -> Inode.special(Inode.Kind.CHARACTER_DEVICE, mode, uid, gid, mtime, xattrs, device);
      case 4 -> Inode.special(Inode.Kind.BLOCK_DEVICE, mode, uid, gid, mtime, xattrs, device);
      case 5 ->
          Inode.special(Inode.Kind.FIFO, mode, uid, gid, mtime, xattrs, new Inode.Device(0, 0));
      case 6 ->
          files.isEmpty()
              ? Inode.directory(mode, uid, gid, mtime, xattrs)
              : files.get(random.nextInt(files.size()));
      default -> Inode.file(mode, uid, gid, mtime, xattrs, new BytesContent(bytes(3000)));
    };
  }

  private Xattrs xattrs() {
    Map<String, byte[]> xattrs = new HashMap<>();
    for (int count = Math.max(0, random.nextInt(6) - 3); count > 0; count--) {
      xattrs.put("user." + name().replace('=', '_'), bytes(50));
    }
    return Xattrs.of(xattrs);
  }

  private byte[] bytes(int most) {
    byte[] bytes = new byte[random.nextInt(most)];
    random.nextBytes(bytes);
    return bytes;
  }

  /**
   * Returns a name that is short and similar to others, which tests sorting; or long; or not UTF-8.
   */
  private String name() {
    StringBuilder name = new StringBuilder();
    switch (random.nextInt(4)) {
      case 0 -> {
        for (int i = random.nextInt(3); i >= 0; i--) {
          name.append("ab-.0 \n\\*é😀".codePoints().toArray()[random.nextInt(11)]);
        }
      }
      case 1 -> name.append("x".repeat(1 + random.nextInt(255)));
      case 2 -> {
        byte[] bytes = bytes(20);
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = bytes[i] == 0 || bytes[i] == '/' ? (byte) 0xFF : bytes[i];
        }
        name.append(LosslessUtf8.decode(bytes));
      }
      default -> name.append((char) ('a' + random.nextInt(4)));
    }
    String made = name.toString();
    return made.isEmpty() || made.matches("\\.+") || made.startsWith(".wh.") ? "_" : made;
  }
}
