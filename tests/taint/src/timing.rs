//! The instructions that secrets may go into.

use iced_x86::Mnemonic::{self, *};

/// Whether an instruction takes the same time for all operands, which is assumed of the processor: integer arithmetic
/// without division, logic, shifts, comparisons, moves and shuffles. What is not named is reported: division, square roots
/// and all arithmetic of floating point, gathers, compressions, whatever else there is.
#[rustfmt::skip]
pub(crate) fn is_constant(mnemonic: Mnemonic) -> bool {
    matches!(
        mnemonic,
        // arithmetic
        Adc | Adcx | Add | Adox | Dec | Imul | Inc | Mul | Mulx | Neg | Sbb | Sub
        | Paddb | Paddd | Paddq | Paddw | Pmaddwd | Pmuludq | Psadbw | Psubb | Psubd | Psubq | Psubw
        | Vpmuldq | Vpaddb | Vpaddd | Vpaddq | Vpaddw | Vpmadd52huq | Vpmadd52luq | Vpmaddwd | Vpmuludq
        | Vpsubb | Vpsubd | Vpsubq | Vpsubw
        // logic
        | And | Andn | Andnps | Andps | Not | Or | Orps | Pand | Pandn | Por | Pxor | Xor | Xorps
        | Kandb | Kandw | Knotb | Knotw | Korb | Kortestb | Kortestw | Korw | Kxnorb | Kxnorw
        | Vandnpd | Vandnps | Vandpd | Vandps | Vorpd | Vorps | Vpand | Vpandd | Vpandn | Vpandnd | Vpandnq | Vpandq
        | Vpor | Vpord | Vporq | Vpternlogd | Vpternlogq | Vpxor | Vpxord | Vpxorq | Vxorpd | Vxorps
        // shifts
        | Rcl | Rcr | Rol | Ror | Rorx | Sar | Sarx | Shl | Shld | Shlx | Shr | Shrd | Shrx
        | Kshiftlb | Kshiftlw | Kshiftrb | Kshiftrw
        | Pslld | Pslldq | Psllq | Psllw | Psrad | Psraw | Psrld | Psrldq | Psrlq | Psrlw
        | Vpsllq | Vpsllvq | Vpsrad | Vpsraq | Vpsravq | Vpsrld | Vpsrldq | Vpsrlq | Vpsrlvq | Vpslld | Vpslldq
        // bits and comparisons
        | Bextr | Blsi | Blsmsk | Blsr | Bsf | Bsr | Bswap | Bt | Btc | Btr | Bts | Bzhi | Cmp | Lzcnt | Popcnt | Test | Tzcnt
        | Pcmpeqb | Pcmpeqd | Pcmpeqq | Pcmpeqw | Pcmpgtb | Pcmpgtd | Pcmpgtw | Pmaxub | Pminub
        | Vpcmpb | Vpcmpd | Vpcmpeqb | Vpcmpeqd | Vpcmpeqq | Vpcmpgtb | Vpcmpgtd | Vpcmpgtq | Vpcmpq | Vpcmpub | Vpcmpud
        | Vpcmpuq | Vptest | Vptestmb | Vptestmd | Vptestmq | Vptestnmb | Vptestnmd | Vptestnmq
        | Cmova | Cmovae | Cmovb | Cmovbe | Cmove | Cmovg | Cmovge | Cmovl | Cmovle | Cmovne | Cmovno | Cmovnp | Cmovns
        | Cmovo | Cmovp | Cmovs
        | Seta | Setae | Setb | Setbe | Sete | Setg | Setge | Setl | Setle | Setne | Setno | Setnp | Setns | Seto | Setp | Sets
        // moves
        | Lea | Lodsb | Lodsq | Mov | Movaps | Movd | Movdqa | Movdqu | Movhlps | Movhps | Movlhps | Movlps | Movntdq
        | Movnti | Movq | Movsb | Movsd | Movsq | Movss | Movsx | Movsxd | Movups | Movzx | Pop | Push | Stosb | Stosd | Stosq
        | Xchg | Cdq | Cdqe | Cqo | Cwde | Pushfq | Popfq | Movmskps | Pmovmskb | Vpmovmskb
        | Kmovb | Kmovd | Kmovq | Kmovw | Movddup | Vmovddup | Vmovapd | Vmovaps | Vmovd | Vmovdqa | Vmovdqa32 | Vmovdqa64 | Vmovdqu | Vmovdqu16
        | Vmovdqu32 | Vmovdqu64 | Vmovdqu8 | Vmovhps | Vmovlps | Vmovntdq | Vmovq | Vmovsd | Vmovss | Vmovupd | Vmovups
        | Vpmovm2d | Vpmovm2q | Vpmovq2m | Vpmovd2m
        // shuffles
        | Packusdw | Packuswb | Packssdw | Packsswb | Palignr | Pblendw | Pextrb | Pextrd | Pextrq | Pextrw | Pinsrb | Pinsrd
        | Pinsrq | Pinsrw | Pmovzxbd | Pmovzxbw | Pmovzxwd | Pshufb | Pshufd | Pshufhw | Pshuflw | Punpckhbw | Punpckhdq
        | Punpckhqdq | Punpckhwd | Punpcklbw | Punpckldq | Punpcklqdq | Punpcklwd | Shufpd | Shufps | Unpckhpd | Unpcklpd
        | Unpcklps | Valignd | Valignq | Vblendmpd | Vblendmps | Vblendpd | Vblendps | Vblendvpd | Vbroadcastf128
        | Vbroadcasti128 | Vbroadcasti64x4 | Vbroadcastsd | Vbroadcastss | Vextractf128 | Vextracti128 | Vextracti32x4
        | Vextracti64x4 | Vinsertf128 | Vinserti128 | Vinserti32x4 | Vinserti64x4 | Vpackusdw | Vpackuswb | Vpalignr
        | Vpblendd | Vpblendmb | Vpblendmd | Vpblendmq | Vpblendvb | Vpblendw | Vpbroadcastb | Vpbroadcastd | Vpbroadcastq
        | Vpbroadcastw | Vperm2f128 | Vperm2i128 | Vpermb | Vpermd | Vpermi2b | Vpermi2d | Vpermi2q | Vpermilpd | Vpermilps
        | Vpermpd | Vpermps | Vpermq | Vpermt2b | Vpermt2d | Vpermt2q | Vpextrb | Vpextrd | Vpextrq | Vpinsrb | Vpinsrd | Vpinsrq
        | Vpmovdb | Vpmovqb | Vpmovqd | Vpmovsxbd | Vpmovsxbq | Vpmovsxdq | Vpmovzxbd | Vpmovzxbq | Vpmovzxbw | Vpmovzxdq
        | Vpmovzxwd | Vpshufb | Vpshufd | Vpshufhw | Vpshuflw | Vpunpckhbw | Vpunpckhdq | Vpunpckhqdq | Vpunpckhwd | Vpunpcklbw
        | Vpunpckldq | Vpunpcklqdq | Vpunpcklwd | Vshufi32x4 | Vshufi64x2 | Vshufpd | Vshufps | Vunpckhpd | Vunpcklpd
        // SHA-256
        | Sha256msg1 | Sha256msg2 | Sha256rnds2
    )
}

/// Whether an instruction takes the same time for all operands if its last one, a mask, is public. On AMD's processors before
/// Zen 3, `pdep` and `pext` take a time that depends on the mask. All later ones, and Intel's, are constant anyway.
pub(crate) fn is_constant_for_a_public_mask(mnemonic: Mnemonic) -> bool {
    matches!(mnemonic, Pdep | Pext)
}
