package dev.varve.core.bytes;

/**
 * A choice by which the user can avoid a failure. Libraries name the choice, and programs say how
 * to make it: the command line has a flag for each.
 */
public enum Remedy {
  /** Unpack in another directory. */
  OTHER_SCRATCH,
  /** Unpack the native code of libraries in another directory. */
  OTHER_NATIVE_CODE_DIRECTORY,
  /** Allow larger layers. */
  LARGER_LAYERS,
  /** Continue without the image's package database. */
  WITHOUT_PACKAGES,
  /** Continue without the image's package database, and without the list of packages from it. */
  WITHOUT_PACKAGES_AND_SBOM,
  /** Copy one image of an index instead of all. */
  ONE_IMAGE,
  /** Let the destination give the image another digest. */
  OTHER_DIGEST,

  /** Keep logins in another file. */
  OTHER_AUTH_FILE,
  /** Trust the authority that has signed the registry's certificate, or no certificate at all. */
  TRUST_CERTIFICATE,
  /** Connect without a check of certificates. */
  WITHOUT_TLS_CHECKS,
  /** Connect without TLS. */
  PLAIN_HTTP,
  /** Show a certificate to the registry. */
  CLIENT_CERTIFICATE,

  /** Wait for the run that uses the BTRFS, or mount another one. */
  OTHER_STORAGE,
  /** Put the BTRFS's file at another path. */
  OTHER_STORAGE_FILE,
  /** Mount the BTRFS at another directory. */
  OTHER_MOUNT_POINT,
  /** Free disk space, put the BTRFS's file on another disk, or make the BTRFS smaller. */
  SMALLER_STORAGE,
  /** Let podman work in root's own storage. */
  WITHOUT_STORAGE,
  /** Give podman's storage, or the result, another file system. */
  MORE_DISK,
  /** Remove the leftovers of killed runs. */
  REMOVE_LEFTOVERS,

  /** Keep the source image in podman's storage. */
  KEEP_SOURCE,
  /** Plan without the previous image's plan. */
  FRESH_PLAN,
  /** Give the image another version. */
  OTHER_VERSION,
  /** Use another image of the hhd-dev/rechunk tool. */
  OTHER_TOOL,
  /** Check what the machine lacks for the container engine. */
  EXAMINE_MACHINE,
  /** Give a step of another program more time. */
  LONGER_STEP,
  /** Give all steps of other programs more time. */
  LONGER_RUN,
  /** Use the built-in engine, or ignore the known failure. */
  OTHER_ENGINE,
  /** Append the kernel image after rechunking, or keep everything that the image's seal covers. */
  RESEAL_OR_KEEP,

  /** On a first build, publish without a previous image. */
  FIRST_BUILD,
  /** Publish without a previous image. */
  WITHOUT_PREVIOUS,
  /** Publish again, or move the tags that somebody else has moved. */
  AGAIN_OR_FORCE,
  /** Move tags to a version even if another version has a later date. */
  MOVE_ANYWAY,
  /** Continue without a previous image if the registry can't list its tags. */
  CONTINUE_WITHOUT_PREVIOUS
}
