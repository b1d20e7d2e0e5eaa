//! Small films, written box by box.

/// A box of these parts.
pub(super) fn bx(name: [u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let length = u32::try_from(body.len() + 8).unwrap().to_be_bytes();
    [&length, name.as_slice(), &body].concat()
}

fn be16(number: u16) -> [u8; 2] {
    number.to_be_bytes()
}

fn be32(number: u32) -> [u8; 4] {
    number.to_be_bytes()
}

/// A film to be written. What a test does not say is an ordinary reel's.
#[derive(Clone)]
pub(super) struct Film {
    pub(super) brand: [u8; 4],
    pub(super) size: (u16, u16),
    pub(super) turned: u16,
    pub(super) seconds: u32,
    pub(super) rate: u32,
    pub(super) codec: [u8; 4],
    pub(super) chroma: u8,
    pub(super) fields: Option<u8>,
    pub(super) sound: Option<Sound>,
    pub(super) index_first: bool,
    pub(super) edits: bool,
    pub(super) fragmented: bool,
    pub(super) fragment_head: Option<u32>,
    pub(super) frame_bytes: u32,
}

#[derive(Clone, Copy)]
pub(super) struct Sound {
    pub(super) kind: u8,
    pub(super) channels: u16,
    pub(super) rate: u16,
    pub(super) bits: u32,
    /// Written as `QuickTime` does: its first version, with the configuration one box deeper.
    pub(super) quicktime: bool,
}

impl Default for Sound {
    fn default() -> Self {
        Self {
            kind: 0x40,
            channels: 2,
            rate: 48_000,
            bits: 128_000,
            quicktime: false,
        }
    }
}

impl Default for Film {
    fn default() -> Self {
        Self {
            brand: *b"isom",
            size: (1080, 1920),
            turned: 0,
            seconds: 10,
            rate: 30,
            codec: *b"avc1",
            chroma: 1,
            fields: None,
            sound: Some(Sound::default()),
            index_first: true,
            edits: false,
            fragmented: false,
            fragment_head: None,
            frame_bytes: 20_000,
        }
    }
}

impl Film {
    pub(super) fn write(&self) -> Vec<u8> {
        let kind = bx(*b"ftyp", &[&self.brand, &be32(512), b"isom"]);
        let (index, data) = (self.index(), bx(*b"mdat", &[&[0; 64]]));
        if self.index_first {
            [kind, index, data].concat()
        } else {
            [kind, bx(*b"wide", &[]), data, index].concat()
        }
    }

    pub(super) fn index(&self) -> Vec<u8> {
        let duration = if self.fragmented { 0 } else { self.seconds * 1_000 };
        let head = bx(
            *b"mvhd",
            &[
                &[0; 12],
                &be32(1_000),
                &be32(duration),
                &be32(0x10000),
                &[1, 0],
                &[0; 10],
                &matrix(0),
                &[0; 24],
                &be32(3),
            ],
        );
        let sound = self.sound.map(|sound| self.sound(sound)).unwrap_or_default();
        let all = |units| bx(*b"mehd", &[&be32(0), &be32(units)]);
        let fragments = self.fragment_head.map(all).unwrap_or_default();
        let extends = if self.fragmented {
            bx(*b"mvex", &[&fragments])
        } else {
            Vec::new()
        };
        bx(
            *b"moov",
            &[
                &head,
                &self.pictures(),
                &sound,
                &bx(*b"udta", &[b"odd"]),
                &extends,
            ],
        )
    }

    fn pictures(&self) -> Vec<u8> {
        let (width, height) = self.size;
        let config = [
            &[1, 100, 0, 40, 0xff, 0xe0, 0][..],
            &[0xfc | self.chroma, 0xf8, 0xf8, 0],
        ]
        .concat();
        let config = match &self.codec {
            b"avc1" => bx(*b"avcC", &[&config]),
            b"hvc1" => bx(*b"hvcC", &[&hevc_config(self.chroma)]),
            _ => Vec::new(),
        };
        let fields = self
            .fields
            .map(|count| bx(*b"fiel", &[&[count, 6]]))
            .unwrap_or_default();
        let visual = [&[0; 7][..], &[1], &[0; 16], &be16(width), &be16(height), &[0; 50]].concat();
        let entry = bx(self.codec, &[&visual, &config, &fields]);
        let frames = self.seconds * self.rate;
        let timing = Timing {
            scale: self.rate * 100,
            count: frames,
            delta: 100,
            bytes: self.frame_bytes,
        };
        self.track(*b"vide", self.turned, self.size, &entry, &timing)
    }

    fn sound(&self, sound: Sound) -> Vec<u8> {
        let config = bx(*b"esds", &[&be32(0), &esds(sound)]);
        let version = u16::from(sound.quicktime);
        let fixed = [
            &[0; 7][..],
            &[1],
            &be16(version),
            &[0; 6],
            &be16(sound.channels),
            &be16(16),
            &[0; 4],
            &be16(sound.rate),
            &be16(0),
        ]
        .concat();
        let entry = if sound.quicktime {
            let wave = bx(*b"wave", &[&bx(*b"frma", &[b"mp4a"]), &config, &[0, 0, 0, 0]]);
            bx(*b"mp4a", &[&fixed, &[0; 16], &wave])
        } else {
            bx(*b"mp4a", &[&fixed, &config])
        };
        let count = self.seconds * u32::from(sound.rate) / 1_024;
        let timing = Timing {
            scale: sound.rate.into(),
            count,
            delta: 1_024,
            bytes: 300,
        };
        self.track(*b"soun", 0, (0, 0), &entry, &timing)
    }

    fn track(
        &self,
        handler: [u8; 4],
        turned: u16,
        size: (u16, u16),
        entry: &[u8],
        timing: &Timing,
    ) -> Vec<u8> {
        let (width, height) = (u32::from(size.0) << 16, u32::from(size.1) << 16);
        let head = bx(
            *b"tkhd",
            &[
                &be32(3),
                &[0; 8],
                &be32(1),
                &[0; 4],
                &be32(0),
                &[0; 8],
                &[0; 8],
                &matrix(turned),
                &be32(width),
                &be32(height),
            ],
        );
        let edits = if self.edits {
            let entry = [be32(self.seconds * 1_000), be32(1_024), be32(0x10000)].concat();
            bx(*b"edts", &[&bx(*b"elst", &[&be32(0), &be32(1), &entry])])
        } else {
            Vec::new()
        };
        let duration = timing.count * timing.delta;
        let media = [
            bx(
                *b"mdhd",
                &[
                    &[0; 12],
                    &be32(timing.scale),
                    &be32(duration),
                    &[0x55, 0xc4, 0, 0],
                ],
            ),
            // A Pascal string, as QuickTime writes it, which is no UTF-8.
            bx(*b"hdlr", &[&[0; 4], &[0; 4], &handler, &[0; 12], b"\x02\xff\xfe"]),
            bx(*b"minf", &[&bx(*b"stbl", &[&timing.tables(entry)])]),
        ]
        .concat();
        bx(*b"trak", &[&head, &edits, &bx(*b"mdia", &[&media])])
    }
}

struct Timing {
    scale: u32,
    count: u32,
    delta: u32,
    bytes: u32,
}

impl Timing {
    fn tables(&self, entry: &[u8]) -> Vec<u8> {
        [
            bx(*b"stsd", &[&be32(0), &be32(1), entry]),
            bx(
                *b"stts",
                &[&be32(0), &be32(1), &be32(self.count), &be32(self.delta)],
            ),
            bx(*b"stsz", &[&be32(0), &be32(self.bytes), &be32(self.count)]),
        ]
        .concat()
    }
}

fn matrix(turned: u16) -> Vec<u8> {
    let one = 0x10000_i32;
    let [a, b, c, d] = match turned {
        90 => [0, one, -one, 0],
        180 => [-one, 0, 0, -one],
        270 => [0, -one, one, 0],
        _ => [one, 0, 0, one],
    };
    [a, b, 0, c, d, 0, 0, 0, 0x4000_0000]
        .into_iter()
        .flat_map(i32::to_be_bytes)
        .collect()
}

fn hevc_config(chroma: u8) -> Vec<u8> {
    let mut config = vec![1, 1];
    config.extend([0; 11]);
    config.extend([0xf0, 0, 0xfc, 0xfc | chroma, 0xf8, 0xf8, 0, 0, 0x0f, 0]);
    config
}

fn esds(sound: Sound) -> Vec<u8> {
    let decoder = [
        &[sound.kind, 0x15, 0, 0, 0][..],
        &be32(sound.bits),
        &be32(sound.bits),
        &[5, 2, 0x11, 0x90],
    ]
    .concat();
    let length = u8::try_from(decoder.len()).unwrap();
    let stream = [&[0, 1, 0, 4, length][..], &decoder, &[6, 1, 2]].concat();
    [&[3, u8::try_from(stream.len()).unwrap()][..], &stream].concat()
}
