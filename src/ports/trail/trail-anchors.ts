/** What the trail's last entry was at one moment, kept outside the database: entries removed from its end leave an anchor without its entry. */
export interface TrailAnchor {
  readonly at: Date;
  readonly sequence: number;
  readonly hash: string;
}

/** Anchors of this installation, oldest first. */
export interface TrailAnchors {
  append(anchor: TrailAnchor): Promise<void>;
  read(): Promise<readonly TrailAnchor[]>;
}
