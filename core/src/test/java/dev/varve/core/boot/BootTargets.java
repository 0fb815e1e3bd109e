package dev.varve.core.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.filetree.BytesContent;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import dev.varve.core.image.Digest;
import dev.varve.core.tar.Xattrs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;

/** The parsers of unified kernel images and of initramfs. */
public final class BootTargets implements FuzzTargets {
  @Override
  public List<FuzzTarget> targets() throws IOException {
    byte[] one = KernelImage.sealedBy("ab".repeat(32));
    byte[] profiles =
        new KernelImage()
            .section(".osrel", "ID=fedora")
            .section(".cmdline", "quiet composefs=?" + "cd".repeat(64))
            .section(".profile", "ID=other")
            .section(".cmdline", "quiet")
            .bytes();
    return List.of(
        new FuzzTarget("kernel-image", BootTargets::read, List.of(one, profiles)),
        new FuzzTarget(
            "initramfs",
            BootTargets::readInitramfs,
            List.of(initramfs("none"), initramfs("zstd"))));
  }

  private static byte[] initramfs(String compression) throws IOException {
    return new CpioBytes()
        .file("kernel/x86/microcode/GenuineIntel.bin", 0, "microcode")
        .end()
        .file("init", 7, "#!/bin/sh")
        .compressed(compression);
  }

  private static void readInitramfs(byte[] file) throws IOException {
    Initramfs initramfs = Initramfs.read(new BytesContent(file), "initrd");
    assertThat(initramfs.early()).isBetween(0, initramfs.members().size());
    assertThat(initramfs.order()).doesNotHaveDuplicates();
  }

  private static void read(byte[] file) throws IOException {
    List<String> lines = CommandLines.read(new ByteArrayInputStream(file));
    assertThat(lines.stream().mapToLong(String::length).sum()).isLessThanOrEqualTo(file.length);
    Inode inode = Inode.file(0644, 0, 0, 0, Xattrs.EMPTY, new BytesContent(file));
    FileTree tree = new FileTree.Builder().put("a.efi", inode).build();
    Seal.find(tree).ifPresent(seal -> assertThat(new Digest(seal.digest())).isNotNull());
  }
}
