// Facts about the chemical elements, for the periodic table and for drawings of structures.
//
// Each line: symbol, name, group (- in the f block), period, covalent radius in pm, colour. Radii up to curium are those
// of Cordero et al., Dalton Trans. 2008, 2832 (low spin where there are two, sp3 carbon), beyond it single-bond radii of
// Pyykkö and Atsumi, Chem. Eur. J. 2009, 15, 186. Colours keep to the custom where there is one (oxygen red, nitrogen
// blue, sulfur yellow …) and are shades of one hue along a row of metals.
const lines = `
  H Hydrogen 1 1 31 #f2f2f2
  He Helium 18 1 28 #b9f2f4
  Li Lithium 1 2 128 #b06fe0
  Be Beryllium 2 2 96 #a8d93c
  B Boron 13 2 84 #f2a58f
  C Carbon 14 2 76 #6b6b6b
  N Nitrogen 15 2 71 #3d5cf0
  O Oxygen 16 2 66 #e8281e
  F Fluorine 17 2 57 #86d960
  Ne Neon 18 2 58 #9fe3ee
  Na Sodium 1 3 166 #9a55d6
  Mg Magnesium 2 3 141 #6fc42a
  Al Aluminium 13 3 121 #b3a3b8
  Si Silicon 14 3 111 #e3bd8b
  P Phosphorus 15 3 107 #f58a1f
  S Sulfur 16 3 105 #f2d92b
  Cl Chlorine 17 3 102 #2fd64a
  Ar Argon 18 3 106 #83d3e4
  K Potassium 1 4 203 #8443c9
  Ca Calcium 2 4 176 #46a91d
  Sc Scandium 3 4 170 #d3d9df
  Ti Titanium 4 4 160 #8fb3d1
  V Vanadium 5 4 153 #9aa3c4
  Cr Chromium 6 4 139 #6f8fd0
  Mn Manganese 7 4 139 #9c78c8
  Fe Iron 8 4 132 #d9672e
  Co Cobalt 9 4 126 #e2809c
  Ni Nickel 10 4 124 #4fca66
  Cu Copper 11 4 132 #c97a3c
  Zn Zinc 12 4 122 #7f85b8
  Ga Gallium 13 4 122 #c08c8f
  Ge Germanium 14 4 120 #6d9390
  As Arsenic 15 4 119 #b780dd
  Se Selenium 16 4 120 #f0a30a
  Br Bromine 17 4 120 #a33425
  Kr Krypton 18 4 116 #63bcd3
  Rb Rubidium 1 5 220 #7034b3
  Sr Strontium 2 5 195 #1fb51c
  Y Yttrium 3 5 190 #8fe6e4
  Zr Zirconium 4 5 175 #8bd6c4
  Nb Niobium 5 5 164 #72bfc9
  Mo Molybdenum 6 5 154 #58b3b5
  Tc Technetium 7 5 147 #46999f
  Ru Ruthenium 8 5 146 #2f8c93
  Rh Rhodium 9 5 142 #157d8c
  Pd Palladium 10 5 139 #167086
  Ag Silver 11 5 145 #c3c3c6
  Cd Cadmium 12 5 144 #f0d48c
  In Indium 13 5 142 #a5746f
  Sn Tin 14 5 139 #6a8286
  Sb Antimony 15 5 139 #9c66b4
  Te Tellurium 16 5 138 #cf7a12
  I Iodine 17 5 139 #8f1d91
  Xe Xenon 18 5 140 #479fb5
  Cs Caesium 1 6 244 #5a2199
  Ba Barium 2 6 215 #10930f
  La Lanthanum - 6 207 #9fe2ef
  Ce Cerium - 6 204 #96e4ee
  Pr Praseodymium - 6 203 #8de7ec
  Nd Neodymium - 6 201 #84eaeb
  Pm Promethium - 6 199 #7beae4
  Sm Samarium - 6 198 #73e8dc
  Eu Europium - 6 198 #6ae7d4
  Gd Gadolinium - 6 196 #61e5ca
  Tb Terbium - 6 194 #58e4c0
  Dy Dysprosium - 6 192 #50e2b4
  Ho Holmium - 6 192 #47e1a8
  Er Erbium - 6 189 #3ee09c
  Tm Thulium - 6 190 #35de8e
  Yb Ytterbium - 6 187 #2cdd80
  Lu Lutetium 3 6 187 #12a557
  Hf Hafnium 4 6 175 #56b6ef
  Ta Tantalum 5 6 170 #4f9cf0
  W Tungsten 6 6 162 #2d8fcf
  Re Rhenium 7 6 151 #2f7ba6
  Os Osmium 8 6 144 #2f6690
  Ir Iridium 9 6 141 #1f5685
  Pt Platinum 10 6 136 #c9cad6
  Au Gold 11 6 136 #f5cb30
  Hg Mercury 12 6 132 #b2b5c8
  Tl Thallium 13 6 145 #a1584f
  Pb Lead 14 6 146 #575c63
  Bi Bismuth 15 6 148 #974fb0
  Po Polonium 16 6 140 #a85f0c
  At Astatine 17 6 150 #754c42
  Rn Radon 18 6 150 #448294
  Fr Francium 1 7 260 #451277
  Ra Radium 2 7 221 #0b7a12
  Ac Actinium - 7 215 #50a3e2
  Th Thorium - 7 206 #4b8ee2
  Pa Protactinium - 7 200 #4778e1
  U Uranium - 7 196 #4261e0
  Np Neptunium - 7 190 #3e49e0
  Pu Plutonium - 7 187 #433adf
  Am Americium - 7 180 #5435de
  Cm Curium - 7 169 #6631dd
  Bk Berkelium - 7 168 #792cdd
  Cf Californium - 7 168 #8d28dc
  Es Einsteinium - 7 165 #a124db
  Fm Fermium - 7 167 #b423d7
  Md Mendelevium - 7 173 #c722d3
  No Nobelium - 7 176 #ce22c4
  Lr Lawrencium 3 7 161 #c4096b
  Rf Rutherfordium 4 7 157 #c9125f
  Db Dubnium 5 7 149 #cd1a57
  Sg Seaborgium 6 7 143 #d2224f
  Bh Bohrium 7 7 141 #d62a48
  Hs Hassium 8 7 134 #da3241
  Mt Meitnerium 9 7 129 #dd3a3b
  Ds Darmstadtium 10 7 128 #df4438
  Rg Roentgenium 11 7 121 #e04f37
  Cn Copernicium 12 7 122 #e05b39
  Nh Nihonium 13 7 136 #df673d
  Fl Flerovium 14 7 143 #dc7243
  Mc Moscovium 15 7 162 #d87d4b
  Lv Livermorium 16 7 175 #d38755
  Ts Tennessine 17 7 165 #cd9160
  Og Oganesson 18 7 157 #c69a6c
`;

/**
 * The elements by atomic number: `{symbol, number, name, group, period, radius, colour}`. `group` is null in the f block
 * (La–Yb, Ac–No); `radius` is covalent, in pm; `colour` is `#rrggbb`.
 */
export const elements = lines.trim().split("\n").map((line, index) => {
  const [symbol, name, group, period, radius, colour] = line.trim().split(" ");
  return {
    symbol, number: index + 1, name, group: group === "-" ? null : Number(group), period: Number(period),
    radius: Number(radius), colour,
  };
});

const bySymbol = new Map(elements.map((element) => [element.symbol, element]));

/** The element of a symbol (`Ti`); undefined for what is none, such as `X` and `vacancy`. */
export function element(symbol) {
  return bySymbol.get(symbol);
}
