package dev.varve.core.packages.rpm;

/**
 * The header tags that are read. See <a href="https://rpm.org/docs/latest/manual/tags.html">RPM
 * tags</a>.
 */
final class RpmTag {
  static final int NAME = 1000;
  static final int VERSION = 1001;
  static final int RELEASE = 1002;
  static final int EPOCH = 1003;
  static final int BUILDTIME = 1006;
  static final int VENDOR = 1011;
  static final int LICENSE = 1014;
  static final int ARCH = 1022;
  static final int OLDFILENAMES = 1027;
  static final int FILEMODES = 1030;
  static final int FILEMTIMES = 1034;
  static final int FILEDIGESTS = 1035;
  static final int FILELINKTOS = 1036;
  static final int FILEUSERNAME = 1039;
  static final int FILEGROUPNAME = 1040;
  static final int SOURCERPM = 1044;
  static final int CHANGELOGTIME = 1080;
  static final int DIRINDEXES = 1116;
  static final int BASENAMES = 1117;
  static final int DIRNAMES = 1118;
  static final int FILECAPS = 5010;
  static final int FILEDIGESTALGO = 5011;

  private RpmTag() {}
}
