--[[ The constructs of a page as calls of the functions in parts.typ.

All pages become one document, so every id is put under its page's name, and a link to another page becomes a link
to its chapter. Tables behind charts are left to the web page and the workbook; a line under the chart says so.
]]

local construct = require("construct")
local columns_of = require("columns")

local words, pictures, page, form, in_pdf = {}, {}, "", "", {}
local has_margin_notes = false

-- Letters that a line of a table holds.
local ROOM = { brief = 92, summary = 98, report = 98 }
local SMALL_TABLE = 900 -- letters of a table that is not broken across pages

local function quoted(text)
  local escaped = text:gsub('[\\"]', "\\%0"):gsub("[\r\n]", " ")
  return '"' .. escaped .. '"'
end

local function typst(parts)
  return construct.in_a_row("typst", parts)
end

local function raw(text)
  return pandoc.RawBlock("typst", text)
end

local function own(id)
  return id ~= "" and page .. "-" .. id or ""
end

local function list(items)
  return "(" .. table.concat(items, ", ") .. (#items > 0 and "," or "") .. ")"
end

-- Columns as Typst takes them, and whether words have to be broken.
local function columns(rows)
  local widths, hyphenate = columns_of.widths(rows, ROOM[form])
  if not widths then return list(pandoc.List(rows[1] or {}):map(function() return "auto" end)), false end
  return list(widths:map(function(width) return string.format("%.1ffr", width) end)), hyphenate
end

-- The cells of rows as a list of Typst's, put at the end of `parts`.
local function add_cells(parts, rows)
  parts:insert("(")
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row) do
      if cell.is_text then
        parts:insert(quoted(cell.text) .. ", ")
      else
        local line = construct.one_line(cell.blocks)
        local content = line or pandoc.write(pandoc.Pandoc(cell.blocks), "typst-citations", { wrap_text = "none" })
        parts:extend({ "[", content, "], " })
      end
    end
  end
  parts:insert(")")
end

local function is_small(rows)
  if #rows > 10 then return false end
  local letters = 0
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row) do letters = letters + #cell.text end
  end
  return letters <= SMALL_TABLE
end

local function table_call(tbl)
  local id, label, caption = own(tbl.identifier), tbl.attributes.label or "", construct.caption(tbl)
  local head, body, aligns = construct.rows(tbl)
  local widths, hyphenate = columns(head .. body)
  local parts = pandoc.List({ "#data-table(\n  id: " .. quoted(id)
    .. ",\n  number: " .. quoted(label)
    .. ",\n  columns: " .. widths
    .. ",\n  small: " .. tostring(is_small(body))
    .. ",\n  hyphenate: " .. tostring(hyphenate)
    .. ",\n  align: " .. list(aligns)
    .. ",\n  caption: [", caption, "],\n  header: " })
  add_cells(parts, head)
  parts:insert(",\n  cells: ")
  add_cells(parts, body)
  parts:insert(",\n)")
  return typst(parts)
end

-- A table behind a chart leaves its mark only, and no filter has to walk it.
local without_data = {
  traverse = "topdown",
  Div = function(div)
    if not div.classes:includes("figure-data") then return nil end
    div.content = {}
    return div, false
  end,
  Table = function(tbl) return tbl, false end,
  Para = function(para) return para, false end,
  Plain = function(plain) return plain, false end,
}

local function figure_call(figure, _, data)
  local image = construct.picture(figure)
  local name, alt = image.src:match("([^/]+)$"), image.attributes["fig-alt"]
  local title, note = construct.title_and_note(construct.caption(figure))
  local path = pictures[name] and quoted(page .. "/" .. name) or "none"
  local call = "#figure-card(\n  id: " .. quoted(own(figure.identifier))
    .. ",\n  number: " .. quoted(figure.attributes.label or "")
    .. ",\n  path: " .. path .. ",\n  alt: " .. quoted(alt)
    .. ",\n  data: " .. tostring(data ~= nil)
  return pandoc.Blocks({ typst({ call .. ",\n  title: [", title, "],\n  note: [", note, "],\n)" }) })
end

local function box(div, kind)
  if kind == "lead" then return pandoc.Blocks({ raw("#lead[") }) .. div.content .. { raw("]") } end
  local title, body = construct.title_and_body(div, words)
  local folded = tostring(div.attributes.collapse == "true")
  local call = "#callout(kind: " .. quoted(kind) .. ", folded: " .. folded
  if kind == "key-findings" then
    local first = div.content[1]
    local id = first and first.t == "Header" and first.identifier or own("key-findings")
    call = "#key-findings(id: " .. quoted(id)
  end
  return pandoc.Blocks({ typst({ call .. ", title: [", title, "])[" }) }) .. body .. { raw("]") }
end

local function side_by_side(div, columns)
  local blocks = pandoc.Blocks({ raw("#cells(" .. columns .. ")[") })
  for i, cell in ipairs(construct.cells(div)) do
    if i > 1 then blocks:insert(raw("][")) end
    blocks:extend(cell)
  end
  return blocks .. { raw("]") }
end

-- A note for the margin follows the paragraph that it stands in.
local function margin_notes(paragraph)
  if not has_margin_notes then return nil end
  local notes = pandoc.Blocks({})
  local text = paragraph:walk({
    Span = function(span)
      if not construct.is_margin_note(span) then return nil end
      notes:insert(pandoc.Div({ pandoc.Plain(span.content) }, pandoc.Attr("", { "column-margin" })))
      return {}
    end,
  })
  return #notes > 0 and pandoc.Blocks({ text }) .. notes or nil
end

local function equation(div, formula)
  local call = "#equation(id: " .. quoted(own(div.identifier)) .. ", number: " .. quoted(construct.number_of(div))
    .. ", alt: " .. quoted(div.attributes.alt) .. ", "
  return raw(call .. pandoc.write(pandoc.Pandoc({ pandoc.Plain({ formula }) }), "typst"):gsub("%s+$", "") .. ")")
end

local function div_call(div)
  local formula, kind, columns = construct.formula(div), construct.kind(div), construct.columns(div)
  if columns then return side_by_side(div, columns) end
  if formula then return equation(div, formula) end
  if div.classes:includes("panel-tabset") then return construct.tabs_in_a_row(div) end
  if div.classes:includes("traced") then return {} end
  if construct.is_margin_note(div) then
    return pandoc.Blocks({ raw("#margin-note[") }) .. div.content .. { raw("]") }
  end
  if kind and kind ~= "figure-data" then return box(div, kind) end
  div.identifier = own(div.identifier)
  return div
end

local function link(element)
  local id = element.target:match("^#(.*)$")
  if id then
    element.target = "#" .. own(id)
    return element
  end
  local other = element.target:match("^([%w_%-]+)%.html")
  if not other and not element.target:match("^%a+:") then return element.content end
  if not other then return nil end
  if not in_pdf[other] then return element.content end
  element.target = "#" .. other
  return element
end

local function rename(element)
  element.identifier = own(element.identifier)
  return element
end

-- Spans are walked before the paragraphs around them.
local function strength(span)
  has_margin_notes = has_margin_notes or construct.is_margin_note(span)
  local found = construct.strength(span)
  if not found then return rename(span) end
  return pandoc.Inlines({
    pandoc.RawInline("typst", "#strength(" .. quoted(found) .. ")["),
    pandoc.Span(span.content),
    pandoc.RawInline("typst", "]"),
  })
end

local function introduces(following)
  local first = following and following.t == "Plain" and following.content[1]
  local call = first and first.t == "RawInline" and first.text
  return call and (call:match("^#data%-table") or call:match("^#figure%-card")) ~= nil
end

local function is_badge(block)
  local first = block.content[1]
  return first and first.t == "RawInline" and first.text:match("^#strength%(") ~= nil
end

-- A short text stays on the page of the table or figure that it introduces, a badge on that of what it judges.
local function keep_together(blocks)
  local kept = pandoc.Blocks({})
  for i, block in ipairs(blocks) do
    if block.t == "Para" and (introduces(blocks[i + 1]) or is_badge(block)) then
      kept:extend({ raw("#block(sticky: true)["), block, raw("]") })
    else
      kept:insert(block)
    end
  end
  return kept
end

-- On one page, what is meant for the margin stands in a column of its own, and what follows it below both.
local function in_two_columns(blocks)
  local main, beside, below = pandoc.Blocks({}), pandoc.Blocks({}), pandoc.Blocks({})
  for _, block in ipairs(blocks) do
    if block.t == "Div" and construct.is_margin_note(block) then
      beside:extend(block.content)
    elseif #beside > 0 then
      below:insert(block)
    else
      main:insert(block)
    end
  end
  local between = { raw("], [") }
  return pandoc.Blocks({ raw("#on-one-page([") }) .. main .. between .. beside .. between .. below .. { raw("])") }
end

function Pandoc(doc)
  words = construct.words(doc.meta)
  pictures, page = construct.set(doc.meta.pictures), pandoc.utils.stringify(doc.meta.page)
  form = pandoc.utils.stringify(doc.meta.form)
  in_pdf = construct.set(doc.meta["pages-in-pdf"])
  doc = doc:walk(without_data):walk({ Link = link, Header = rename, Span = strength, Para = margin_notes })
  if form == "brief" then doc.blocks = in_two_columns(doc.blocks) end
  doc = doc:walk({
    Table = table_call,
    Div = div_call,
    Blocks = function(blocks) return construct.gather_figures(blocks, figure_call) end,
  })
  doc.blocks = keep_together(doc.blocks)
  return doc
end
